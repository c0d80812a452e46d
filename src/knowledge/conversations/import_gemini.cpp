// Gemini CLI's sessions: session-*.json, one object with all messages, or session-*.jsonl, the same
// a line each.
#include <fmt/format.h>

#include <fstream>
#include <unordered_map>

#include "foundation/base/error.hpp"
#include "foundation/base/json_repair.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

namespace {

// A text, a part, or a list of both.
std::string text_of_parts(const json::value* parts) {
    if (!parts) return "";
    if (const json::string* text = parts->if_string()) return std::string(*text);
    if (const json::object* part = parts->if_object()) return text_at(*part, "text");
    std::string out;
    if (const json::array* list = parts->if_array())
        for (const json::value& part : *list)
            if (const std::string text = text_of_parts(&part); !text.empty())
                out += (out.empty() ? "" : "\n") + text;
    return out;
}

// What a tool gave: the function's responses, else what was shown.
std::string result_of(const json::object& call) {
    std::string out = text_at(call, "result");
    if (const json::array* results = array_at(call, "result"))
        for (const json::value& result : *results) {
            const json::object* part = result.if_object();
            const json::object* made = part ? object_at(*part, "functionResponse") : nullptr;
            const json::object* response = made ? object_at(*made, "response") : nullptr;
            if (!response) continue;
            std::string text = text_at(*response, "output");
            if (text.empty()) text = text_at(*response, "error");
            if (text.empty()) text = serialize(*response);
            out += (out.empty() ? "" : "\n") + text;
        }
    return out.empty() ? text_at(call, "resultDisplay") : out;
}

class Gemini {
  public:
    Gemini(Importer& importer, const Source& source) : importer_(importer), source_(source) {
        // Newer versions write down which folder the sessions are of.
        std::ifstream root(source.path.parent_path().parent_path() / ".project_root");
        std::string folder;
        if (source.path.empty() || !std::getline(root, folder)) return;
        replace_unstorable(folder);
        scope_ = project_scope(std::string(trim(folder)));
    }

    // The header, a message, or an order to change what stands above.
    void entry(const json::object& object) {
        if (const std::string id = text_at(object, "sessionId"); !id.empty()) session_ = id;
        if (const std::string summary = text_at(object, "summary"); !summary.empty())
            title_ = summary;
        if (const json::array* messages = array_at(object, "messages"))
            for (const json::value& message : *messages) take(message.as_object());
        if (const json::object* changes = object_at(object, "$set")) entry(*changes);
        if (object.contains("type") && object.contains("id")) take(object);
    }

    void finish() {
        if (session_.empty())
            throw Error(Code::invalid_argument,
                        "it has no sessionId: is it a session of Gemini CLI?");
        for (const json::object& message : messages_)
            importer_.piece(source_.name, [&] { add(message); });
        importer_.title(session_, title_);
    }

  private:
    // A message is written again when its tools have answered: the last one is whole.
    void take(const json::object& message) {
        json::object named = message;
        if (text_at(message, "id").empty())
            named["id"] = fmt::format("message:{}", messages_.size() + 1);
        const auto [at, is_new] = places_.try_emplace(text_at(named, "id"), messages_.size());
        if (is_new)
            messages_.push_back(std::move(named));
        else
            messages_[at->second] = std::move(named);
    }

    void add(const json::object& message) {
        const std::string id = text_at(message, "id"), type = text_at(message, "type");
        LogInput said;
        said.thread_id = session_;
        said.channel = "gemini-cli";
        said.scope = scope_;
        said.timestamp = parse_timestamp(text_at(message, "timestamp"));
        said.speaker = type == "user" ? "user" : type == "gemini" ? "assistant" : "system";
        said.content = text_of_parts(message.if_contains("content"));
        said.dedup_key = id;
        const json::array* calls = array_at(message, "toolCalls");
        if (!said.content.empty() || !calls) importer_.add(said);
        if (calls)
            for (const json::value& call : *calls) add_call(call.as_object(), said);
    }

    void add_call(const json::object& call, const LogInput& said) {
        const std::string id = text_at(call, "id"), key = *said.dedup_key + "#" + id;
        const json::value* arguments = call.if_contains("args");
        importer_.add(tool_message(
            said, tool_call(text_at(call, "name"), id, arguments ? *arguments : json::value()),
            key));
        const std::string result = result_of(call);
        if (!result.empty())
            importer_.add(tool_message(said,
                                       tool_result(id, result, text_at(call, "status") == "error"),
                                       key + "#result"));
    }

    Importer& importer_;
    const Source& source_;
    std::string session_, title_, scope_ = project_scope("");
    std::vector<json::object> messages_;
    std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace

void read_gemini(const std::vector<Source>& sources, Importer& importer) {
    for (const Source& source : sources)
        importer.file(source, [&](std::istream& in) {
            Gemini reader(importer, source);
            if (source.name.ends_with(".jsonl"))
                for_each_object(
                    in, source.name, importer,
                    [&](const json::object& line, const ingest::Line&) { reader.entry(line); });
            else
                for_each_element(in, source.name, "sessionId", importer,
                                 [&](const json::object& one) { reader.entry(one); });
            importer.piece(source.name, [&] { reader.finish(); });
        });
}

}  // namespace stele::conversations
