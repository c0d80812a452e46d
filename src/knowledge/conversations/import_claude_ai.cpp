// Claude.ai's export: conversations.json, an array of conversations with their messages.
#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

namespace {

class ClaudeAi {
  public:
    ClaudeAi(const json::object& conversation, Importer& importer)
        : conversation_(conversation), importer_(importer), id_(text_at(conversation, "uuid")) {}

    void read() {
        const json::array* messages = array_at(conversation_, "chat_messages");
        if (id_.empty() || !messages)
            throw Error(Code::invalid_argument,
                        conversation_.contains("mapping")
                            ? "this is a ChatGPT export: import it with the format chatgpt"
                            : "it has no uuid or no chat_messages: is it a conversation?");
        time_ = parse_timestamp(text_at(conversation_, "created_at"));
        for (const json::value& message : *messages) add(message.as_object());
        importer_.title(id_, text_at(conversation_, "name"));
    }

  private:
    // Another answer, or another wording of a question, is a fork behind what both follow.
    std::string thread_of(const std::string& uuid, const std::string& parent) {
        const auto above = places_.find(parent);
        if (above == places_.end()) return id_;
        if (continued_.insert(parent).second) return above->second.thread;
        const std::string thread = fmt::format("{}/{}", id_, uuid);
        importer_.fork(thread, above->second);
        return thread;
    }

    void add(const json::object& message) {
        const std::string uuid = text_at(message, "uuid");
        if (uuid.empty()) throw Error(Code::invalid_argument, "a message has no uuid");
        LogInput common;
        common.thread_id = thread_of(uuid, text_at(message, "parent_message_uuid"));
        common.speaker = text_at(message, "sender") == "human" ? "user" : "assistant";
        common.channel = "claude-ai";
        common.scope = project_scope("");
        if (const auto own = parse_timestamp(text_at(message, "created_at"))) time_ = own;
        common.timestamp = time_;
        common.dedup_key = uuid;
        place_ = {*common.thread_id, ""};
        add_content(message, common);
        if (const json::array* attachments = array_at(message, "attachments"))
            for (std::size_t i = 0; i < attachments->size(); ++i)
                if (const json::object* file = (*attachments)[i].if_object())
                    add_attachment(*file, common, fmt::format("{}#attachment{}", uuid, i + 1));
        if (place_.key.empty()) {
            ++importer_.out.empty;
            const auto above = places_.find(text_at(message, "parent_message_uuid"));
            if (above != places_.end()) place_ = above->second;
        }
        if (!place_.key.empty()) places_[uuid] = place_;
    }

    void add_content(const json::object& message, const LogInput& common) {
        const json::array* blocks = array_at(message, "content");
        int number = 0;
        for (const json::value& value : blocks ? *blocks : json::array())
            if (const json::object* block = value.if_object())
                number += add_block(*block, common, number);
        if (number > 0) return;
        LogInput plain = common;
        plain.content = text_at(message, "text");
        keep(std::move(plain));
    }

    bool add_block(const json::object& block, const LogInput& common, int number) {
        const std::string type = text_at(block, "type");
        const std::string key =
            number == 0 ? *common.dedup_key : fmt::format("{}#{}", *common.dedup_key, number);
        const std::string id = text_at(block, type == "tool_use" ? "id" : "tool_use_id");
        if (type == "text") {
            LogInput said = common;
            said.content = text_at(block, "text");
            said.dedup_key = key;
            return keep(std::move(said));
        }
        if (type == "tool_use") {
            const json::value* input = block.if_contains("input");
            return keep(tool_message(
                common, tool_call(text_at(block, "name"), id, input ? *input : json::value()),
                key));
        }
        if (type != "tool_result") return false;  // thinking is not said
        const json::value* content = block.if_contains("content");
        return keep(tool_message(
            common,
            tool_result(id, content ? text_of_blocks(*content) : "", is_true(block, "is_error")),
            key));
    }

    // What was read out of a file that the user attached.
    void add_attachment(const json::object& file, const LogInput& common, const std::string& key) {
        LogInput out = common;
        out.content = text_at(file, "extracted_content");
        out.dedup_key = key;
        out.metadata["attachment"] = text_at(file, "file_name");
        keep(std::move(out));
    }

    bool keep(LogInput message) {
        if (message.content.empty()) return false;
        place_ = {*message.thread_id, *message.dedup_key};
        importer_.add(std::move(message));
        return true;
    }

    const json::object& conversation_;
    Importer& importer_;
    const std::string id_;
    std::optional<Timestamp> time_;
    Place place_;  // of the last message that was kept
    std::unordered_map<std::string, Place> places_;
    std::unordered_set<std::string> continued_;
};

}  // namespace

void read_claude_ai(const std::vector<Source>& sources, Importer& importer) {
    for (const Source& source : sources)
        importer.file(source, [&](std::istream& in) {
            for_each_element(in, source.name, "name", importer,
                             [&](const json::object& one) { ClaudeAi(one, importer).read(); });
        });
}

}  // namespace stele::conversations
