// Claude Code's transcripts: JSON Lines, one record a line.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/conversations/claude_code_tree.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPeekBytes = 256 * 1024;

// How texts begin that stand in the user's place and were made by the program.
constexpr std::array<std::string_view, 12> kNotSaid = {"<command-name>",
                                                       "<command-message>",
                                                       "<command-args>",
                                                       "<local-command-",
                                                       "<task-notification>",
                                                       "<system-reminder>",
                                                       "<bash-stdout>",
                                                       "<bash-stderr>",
                                                       "<user-prompt-submit-hook>",
                                                       "Caveat: The messages below were generated",
                                                       "[Request interrupted by user",
                                                       "<teammate-message"};

constexpr std::string_view kAgentFile = "agent-";

// What one file is, and when it begins: the first time in it. Of two that begin together the
// shorter one is the original.
struct File {
    std::string time;
    std::uintmax_t bytes = 0;
    Source source;
    AgentFile agent;
};

// The first text with this name in the beginning of a file.
std::string first_text(std::string_view text, std::string_view name) {
    const auto at = text.find(name);
    const auto begin = at == text.npos ? at : text.find('"', at + name.size());
    if (begin == text.npos) return "";
    return std::string(text.substr(begin + 1, text.find('"', begin + 1) - begin - 1));
}

File file_of(Source source) {
    File out;
    if (!source.path.empty()) {
        std::ifstream in(source.path, std::ios::binary);
        std::string text(kPeekBytes, '\0');
        in.read(text.data(), std::streamsize(text.size()));
        text.resize(std::size_t(in.gcount()));
        std::error_code error;
        out.bytes = fs::file_size(source.path, error);
        out.time = first_text(text, "\"timestamp\"");
        out.agent.session = first_text(text, "\"sessionId\"");
        const std::string name = source.path.stem().string();
        out.agent.is_agent = name.starts_with(kAgentFile);
        if (out.agent.is_agent) out.agent.id = name.substr(kAgentFile.size());
        out.agent.run = source.path.parent_path().filename().string();
    }
    out.source = std::move(source);
    return out;
}

// Agents' results end with a line that names them.
std::string agent_in(std::string_view result) {
    constexpr std::string_view kName = "agentId: ";
    const auto at = result.rfind(kName);
    if (at == result.npos) return "";
    result.remove_prefix(at + kName.size());
    const auto end = std::ranges::find_if_not(
        result, [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
    return std::string(result.begin(), end);
}

class ClaudeCode {
  public:
    explicit ClaudeCode(Importer& importer) : importer_(importer), tree_(importer) {}

    // Sub-agents when it is known what sent them off: another one may have.
    void read(std::vector<File> files) {
        std::ranges::sort(files, {}, [](const File& file) {
            return std::tuple(file.agent.is_agent, file.time, file.bytes, file.source.name);
        });
        for (File& file : files) {
            if (!file.agent.is_agent) continue;
            file.agent.tool_use = tool_use_of(file.source.path);
        }
        while (!files.empty()) {
            auto next = std::ranges::find_if(files, [&](const File& file) {
                return !file.agent.is_agent || tree_.is_sent(file.agent);
            });
            if (next == files.end()) next = files.begin();
            const File file = std::move(*next);
            files.erase(next);
            read(file);
        }
    }

    // Titles last: one may stand in the file of another session.
    void finish() {
        importer_.flush();
        for (const auto& [leaf, title] : leaf_titles_)
            if (const std::string session = tree_.session_of(leaf); !session.empty())
                summaries_[session] = title;
        for (const auto* titles : {&custom_titles_, &ai_titles_, &summaries_})
            for (const auto& [session, title] : *titles) importer_.title(session, title);
    }

  private:
    void read(const File& file) {
        of_agent_ = file.agent.is_agent;
        tree_.begin_file(file.agent);
        file_session_.clear();
        file_title_.clear();
        steered_.clear();
        removed_.clear();
        importer_.file(file.source, [&](std::istream& in) {
            for_each_object(in, file.source.name, importer_,
                            [&](const json::object& line, const ingest::Line&) { entry(line); });
        });
        if (!file_session_.empty() && !file_title_.empty()) summaries_[file_session_] = file_title_;
    }

    using Titles = std::map<std::string, std::string>;  // by session

    // agent-x.meta.json next to agent-x.jsonl says which call made it.
    std::string tool_use_of(const fs::path& path) {
        fs::path meta = path;
        std::ifstream in(meta.replace_extension(".meta.json"), std::ios::binary);
        if (path.empty() || !in) return "";
        try {
            const std::string text{std::istreambuf_iterator<char>(in), {}};
            return text_at(ingest::read_json_object(text, meta.string(), importer_.out),
                           "toolUseId");
        } catch (const Error& error) {
            importer_.out.add_skipped(meta.string(), error.what());
            return "";
        }
    }

    bool title(const std::string& type, const json::object& line) {
        const std::string session = text_at(line, "sessionId");
        if (type == "custom-title") custom_titles_[session] = text_at(line, "customTitle");
        if (type == "ai-title") ai_titles_[session] = text_at(line, "aiTitle");
        if (type == "summary") {
            const std::string leaf = text_at(line, "leafUuid");
            if (leaf.empty())
                file_title_ = text_at(line, "summary");
            else
                leaf_titles_.emplace_back(leaf, text_at(line, "summary"));
        }
        return type.ends_with("-title") || type == "summary";
    }

    void entry(const json::object& line) {
        const std::string type = text_at(line, "type");
        if (title(type, line)) return;
        ClaudeRecord record = record_of(line);
        if (type == "attachment") return attachment(line, record);
        if (type == "queue-operation") return queue_operation(line);
        const json::object* message = object_at(line, "message");
        const json::value* content = message ? message->if_contains("content") : nullptr;
        if ((type != "user" && type != "assistant") || !content) return tree_.note_link(record);
        if (record.session.empty()) throw Error(Code::invalid_argument, "sessionId: is missing");
        if (record.uuid.empty())
            record.uuid = "record:" + sha256_hex(serialize(line)).substr(0, 32);
        record.text = text_of_blocks(*content);
        const std::string speaker = speaker_of(line, type, record);
        add_removed(record);
        record.answer = type == "assistant";
        record.prompt = speaker == "user" && !has_tool_result(*content) && !record.text.empty();
        add(line, record, speaker, *content);
    }

    // A prompt that was typed while the agent worked stands in no user record.
    void attachment(const json::object& line, ClaudeRecord& record) {
        const json::object* attached = object_at(line, "attachment");
        const json::value* prompt = attached ? attached->if_contains("prompt") : nullptr;
        if (!prompt || text_at(*attached, "type") != "queued_command" || record.uuid.empty())
            return tree_.note_link(record);
        record.text = text_of_blocks(*prompt);
        removed_.erase(record.text);
        if (steered_.contains(record.text)) return tree_.note_link(record);
        const std::string mode = text_at(*attached, "commandMode");
        const bool said = (mode.empty() || mode == "prompt" || mode == "bash") &&
                          !begins_with(record.text, kNotSaid) && !is_true(*attached, "isMeta");
        add(line, record, said ? "user" : "system", *prompt);
    }

    // What left the queue while the agent worked was handed to it; newer versions say so with an
    // attachment, too.
    void queue_operation(const json::object& line) {
        const std::string text = text_at(line, "content");
        if (text_at(line, "operation") == "remove" && !text.empty() && !begins_with(text, kNotSaid))
            removed_[text] = text_at(line, "timestamp");
    }

    // Such prompts stand before the message that follows, in its thread.
    void add_removed(const ClaudeRecord& next) {
        for (const auto& [text, time] : std::exchange(removed_, {})) {
            ClaudeRecord record = next;
            record.uuid =
                "queued:" + sha256_hex(next.session + "\n" + time + "\n" + text).substr(0, 32);
            record.text = text;
            record.time = parse_timestamp(time);
            record.prompt = false;
            steered_.insert(text);
            LogInput said;
            said.thread_id = tree_.thread_of(record);
            said.speaker = "user";
            said.channel = "claude-code";
            said.timestamp = record.time;
            add_text(std::move(said), text, record.uuid);
        }
    }

    ClaudeRecord record_of(const json::object& line) const {
        ClaudeRecord out;
        const json::object* copied = object_at(line, "forkedFrom");
        out.uuid = copied ? text_at(*copied, "messageUuid") : "";
        if (out.uuid.empty()) out.uuid = text_at(line, "uuid");
        out.parent = text_at(line, "parentUuid");
        if (out.parent.empty()) out.parent = text_at(line, "logicalParentUuid");
        out.session = text_at(line, "sessionId");
        if (out.session.empty()) out.session = text_at(line, "session_id");
        out.agent = text_at(line, "agentId");
        out.side = of_agent_ || is_true(line, "isSidechain");
        out.time = parse_timestamp(text_at(line, "timestamp"));
        return out;
    }

    static bool has_tool_result(const json::value& content) {
        const json::array* blocks = content.if_array();
        return blocks && std::ranges::any_of(*blocks, [](const json::value& block) {
                   const json::object* object = block.if_object();
                   return object && text_at(*object, "type").ends_with("tool_result");
               });
    }

    // What a sub-agent is asked, the main agent asks.
    static std::string speaker_of(const json::object& line, const std::string& type,
                                  const ClaudeRecord& record) {
        if (type != "user") return type;
        const json::object* origin = object_at(line, "origin");
        const std::string kind = origin ? text_at(*origin, "kind") : "";
        for (const char* mark : {"isMeta", "isCompactSummary", "isVisibleInTranscriptOnly"})
            if (is_true(line, mark)) return "system";
        if (kind == "task-notification" || begins_with(record.text, kNotSaid)) return "system";
        return record.side ? "assistant" : "user";
    }

    void add(const json::object& line, const ClaudeRecord& record, const std::string& speaker,
             const json::value& content) {
        if (file_session_.empty()) file_session_ = record.session;
        if (tree_.is_copy(record)) return importer_.add_duplicates(1);
        LogInput common;
        common.thread_id = tree_.thread_of(record);
        common.speaker = speaker;
        common.channel = "claude-code";
        common.scope = project_scope(text_at(line, "cwd"));
        common.timestamp = record.time;
        const json::object* result = object_at(line, "toolUseResult");
        std::string agent = result ? text_at(*result, "agentId") : "";
        if (result && agent.empty()) agent = text_at(*result, "runId");
        int last = -1, number = 0;
        if (const json::array* blocks = content.if_array()) {
            for (const json::value& block : *blocks) {
                if (add_block(common, record, block, number, agent)) last = number;
                ++number;
            }
            if (last < 0 && !is_thinking(*blocks)) ++importer_.out.empty;
        } else if (add_text(common, record.text, record.uuid)) {
            last = 0;
        }
        tree_.note(record, *common.thread_id, last);
    }

    static bool is_thinking(const json::array& blocks) {
        return std::ranges::any_of(blocks, [](const json::value& block) {
            const json::object* object = block.if_object();
            return object && text_at(*object, "type").find("thinking") != std::string::npos;
        });
    }

    bool add_text(LogInput message, std::string text, const std::string& key) {
        if (text.empty()) return false;
        message.content = std::move(text);
        message.dedup_key = key;
        importer_.add(std::move(message));
        return true;
    }

    // Whether the block was something to keep; thinking is not said, an image is no text.
    bool add_block(const LogInput& common, const ClaudeRecord& record, const json::value& value,
                   int number, const std::string& agent) {
        const std::string key = ClaudeTree::key_of(record.uuid, number);
        if (const json::string* text = value.if_string())
            return add_text(common, std::string(*text), key);
        const json::object* block = value.if_object();
        if (!block) return false;
        const std::string type = text_at(*block, "type");
        if (type == "text") return add_text(common, text_at(*block, "text"), key);
        if (type.ends_with("tool_use")) return add_call(common, record, *block, key);
        if (!type.ends_with("tool_result")) return false;
        const std::string id = text_at(*block, "tool_use_id");
        const json::value* content = block->if_contains("content");
        std::string text = content ? text_of_blocks(*content) : "";
        const std::string named = agent.empty() ? agent_in(text) : agent;
        if (!named.empty()) tree_.note_agent(record.session, named, id);
        if (text.empty()) return false;
        importer_.add(tool_message(
            common, tool_result(id, std::move(text), is_true(*block, "is_error")), key));
        return true;
    }

    bool add_call(const LogInput& common, const ClaudeRecord& record, const json::object& block,
                  const std::string& key) {
        const json::value* input = block.if_contains("input");
        const json::object* members = input ? input->if_object() : nullptr;
        const std::string id = text_at(block, "id");
        LogInput call = tool_call(text_at(block, "name"), id, input ? *input : json::value());
        call.speaker = common.speaker;
        importer_.add(tool_message(common, std::move(call), key));
        tree_.note_call(
            record.session, id,
            {{*common.thread_id, key}, members ? text_at(*members, "prompt") : "", record.time});
        return true;
    }

    Importer& importer_;
    ClaudeTree tree_;
    bool of_agent_ = false;
    std::string file_session_, file_title_;
    std::map<std::string, std::string> removed_;  // from the queue, with the time
    std::set<std::string> steered_;               // those that were added
    Titles custom_titles_, ai_titles_, summaries_;
    std::vector<std::pair<std::string, std::string>> leaf_titles_;
};

}  // namespace

void read_claude_code(std::vector<Source> sources, Importer& importer) {
    std::vector<File> files;
    for (Source& source : sources) files.push_back(file_of(std::move(source)));
    ClaudeCode reader(importer);
    reader.read(std::move(files));
    reader.finish();
}

}  // namespace stele::conversations
