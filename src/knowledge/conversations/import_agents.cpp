// Transcripts of coding agents: Claude Code's JSON Lines, OpenCode's storage folder.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unordered_map>

#include "foundation/base/error.hpp"
#include "foundation/base/json.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kInputBytes = 8 * 1024;  // of a tool's input kept in metadata, too

LogInput tool_call(const std::string& name, const std::string& id, const json::value& input) {
    LogInput out;
    out.kind = Kind::tool_call;
    out.speaker = "assistant";
    const std::string text = serialize(input);
    out.content = name + " " + text;
    out.metadata = {{"name", name}, {"id", id}};
    if (text.size() <= kInputBytes) out.metadata["input"] = input;
    return out;
}

LogInput tool_result(const std::string& id, std::string content, bool is_error) {
    LogInput out;
    out.kind = Kind::tool_result;
    out.speaker = "tool";
    out.content = std::move(content);
    out.metadata = {{"id", id}};
    if (is_error) out.metadata["isError"] = true;
    return out;
}

std::string project_scope(const std::string& folder) {
    return folder.empty() ? "project" : "project:" + folder;
}

// ---- Claude Code: one line an entry -----------------------------------------------------------

// A content that is a text or an array of blocks with texts, as one text.
std::string plain_text(const json::value& content) {
    if (const json::string* text = content.if_string()) return std::string(*text);
    std::string out;
    if (const json::array* blocks = content.if_array())
        for (const json::value& block : *blocks) {
            const json::object* object = block.if_object();
            if (!object) continue;
            const std::string type = text_at(*object, "type");
            const std::string text = type == "text" ? text_at(*object, "text") : "[" + type + "]";
            if (!text.empty()) out += (out.empty() ? "" : "\n") + text;
        }
    return out;
}

class ClaudeCode {
  public:
    explicit ClaudeCode(Importer& importer) : importer_(importer) {}

    void entry(const json::object& line) {
        const std::string type = text_at(line, "type");
        if (type == "summary") {
            title_ = text_at(line, "summary");
            return;
        }
        const json::object* message = object_at(line, "message");
        // Snapshots, progress and the like are no messages.
        if ((type != "user" && type != "assistant") || !message) return;
        const json::value* content = message->if_contains("content");
        if (!content) return;
        LogInput common;
        common.thread_id = thread_of(line);
        common.speaker = line.contains("isMeta") && line.at("isMeta") == true ? "system" : type;
        common.channel = "claude-code";
        common.scope = project_scope(text_at(line, "cwd"));
        common.timestamp = parse_timestamp(text_at(line, "timestamp"));
        const std::string uuid = text_at(line, "uuid");
        if (uuid.empty()) throw Error(Code::invalid_argument, "uuid: is missing");
        if (content->is_string()) return add(common, plain_text(*content), uuid);
        blocks(common, *content, uuid);
    }

    void finish() {
        importer_.flush();
        if (!last_session_.empty()) importer_.title(last_session_, title_);
    }

  private:
    void add(LogInput message, std::string content, const std::string& key) {
        message.content = std::move(content);
        message.dedup_key = key;
        if (!message.content.empty()) last_key_[*message.thread_id] = key;
        importer_.add(std::move(message));
    }

    void add_tool(const LogInput& common, LogInput tool, const std::string& key) {
        if (tool.kind == Kind::tool_call) tool.speaker = common.speaker;
        tool.thread_id = common.thread_id;
        tool.channel = common.channel;
        tool.scope = common.scope;
        tool.timestamp = common.timestamp;
        tool.dedup_key = key;
        if (!tool.content.empty()) last_key_[*tool.thread_id] = key;
        importer_.add(std::move(tool));
    }

    void blocks(const LogInput& common, const json::value& content, const std::string& uuid) {
        int number = 0;
        for (const json::value& value : content.as_array()) {
            const json::object& block = value.as_object();
            const std::string key = number == 0 ? uuid : fmt::format("{}#{}", uuid, number);
            ++number;
            const std::string type = text_at(block, "type");
            if (type == "text") {
                const std::string text = text_at(block, "text");
                if (!text.empty()) add(common, text, key);
            } else if (type == "tool_use") {
                const json::value* input = block.if_contains("input");
                add_tool(common,
                         tool_call(text_at(block, "name"), text_at(block, "id"),
                                   input ? *input : json::value(nullptr)),
                         key);
            } else if (type == "tool_result") {
                const json::value* result = block.if_contains("content");
                const bool failed = block.contains("is_error") && block.at("is_error") == true;
                add_tool(common,
                         tool_result(text_at(block, "tool_use_id"),
                                     result ? plain_text(*result) : std::string(), failed),
                         key);
            }  // thinking is not said
        }
    }

    // The session's thread; a sidechain (what a sub-agent said) is a fork of it, from where it was
    // sent off.
    std::string thread_of(const json::object& line) {
        const std::string session = text_at(line, "sessionId");
        if (session.empty()) throw Error(Code::invalid_argument, "sessionId: is missing");
        last_session_ = session;
        const bool side = line.contains("isSidechain") && line.at("isSidechain") == true;
        if (!side) return session;
        const std::string uuid = text_at(line, "uuid"), parent = text_at(line, "parentUuid");
        const auto known = side_.find(parent);
        const std::string thread =
            known != side_.end() ? known->second : fmt::format("{}/{}", session, uuid);
        side_[uuid] = thread;
        if (known == side_.end())
            if (const auto last = last_key_.find(session); last != last_key_.end())
                importer_.fork(thread, session, last->second);
        return thread;
    }

    Importer& importer_;
    std::string last_session_, title_;
    std::unordered_map<std::string, std::string> last_key_;  // of each thread
    std::unordered_map<std::string, std::string> side_;      // an entry's uuid → its thread
};

// ---- OpenCode: a folder with a file for each session, message and part ------------------------

json::object read_json(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    json::value value = parse_json(text, path.filename().string());
    if (!value.is_object()) throw Error(Code::invalid_argument, "expected a JSON object");
    return std::move(value.as_object());
}

// The .json files below a folder by name, which OpenCode makes rise with time.
std::vector<fs::path> files_below(const fs::path& folder) {
    std::vector<fs::path> out;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error))
        if (at->path().extension() == ".json") out.push_back(at->path());
    std::ranges::sort(out, {}, [](const fs::path& p) { return p.filename(); });
    return out;
}

std::optional<Timestamp> time_of(const json::object& object, std::string_view key) {
    const json::object* time = object_at(object, "time");
    const json::value* value = time ? time->if_contains(key) : nullptr;
    if (!value || !value->is_number()) return std::nullopt;
    return Timestamp{value->to_number<std::int64_t>() * 1000};  // of milliseconds
}

void add_part(Importer& importer, const LogInput& common, const json::object& part) {
    LogInput message = common;
    message.dedup_key = text_at(part, "id");
    const std::string type = text_at(part, "type");
    if (type == "text") {
        message.content = text_at(part, "text");
        importer.add(std::move(message));
        return;
    }
    if (type != "tool") return;  // steps, snapshots and reasoning are not said
    const json::object* state = object_at(part, "state");
    if (!state) return;
    const std::string id = text_at(part, "callID");
    const auto add = [&](LogInput tool, const std::string& suffix) {
        tool.thread_id = common.thread_id;
        tool.channel = common.channel;
        tool.scope = common.scope;
        tool.timestamp = common.timestamp;
        tool.dedup_key = *message.dedup_key + suffix;
        importer.add(std::move(tool));
    };
    const json::value* input = state->if_contains("input");
    add(tool_call(text_at(part, "tool"), id, input ? *input : json::value(nullptr)), "");
    const bool failed = text_at(*state, "status") == "error";
    add(tool_result(id, text_at(*state, failed ? "error" : "output"), failed), "#result");
}

void read_session(const fs::path& storage, const json::object& session, Importer& importer) {
    const std::string id = text_at(session, "id");
    if (id.empty()) throw Error(Code::invalid_argument, "id: is missing");
    LogInput common;
    common.thread_id = id;
    common.channel = "opencode";
    common.scope = project_scope(text_at(session, "directory"));
    for (const fs::path& path : files_below(storage / "message" / id))
        importer.piece(path.string(), [&] {
            const json::object message = read_json(path);
            common.speaker = text_at(message, "role") == "user" ? "user" : "assistant";
            common.timestamp = time_of(message, "created");
            for (const fs::path& part : files_below(storage / "part" / text_at(message, "id")))
                importer.piece(part.string(), [&] { add_part(importer, common, read_json(part)); });
        });
    importer.title(id, text_at(session, "title"));
}

}  // namespace

void read_claude_code(std::istream& in, const std::string& name, Importer& importer) {
    ClaudeCode reader(importer);
    for_each_line(in, name, importer, [&](std::string_view line, std::size_t) {
        const json::value value = parse_json(line, "line");
        if (!value.is_object()) throw Error(Code::invalid_argument, "expected a JSON object");
        reader.entry(value.get_object());
    });
    reader.finish();
}

void read_opencode(const std::string& folder, Importer& importer) {
    fs::path storage = folder;
    if (fs::is_directory(storage / "storage")) storage /= "storage";
    if (!fs::is_directory(storage / "session") || !fs::is_directory(storage / "message"))
        throw Error(Code::invalid_argument,
                    fmt::format("path: {} has no session and message folders", folder),
                    "name OpenCode's storage folder: ~/.local/share/opencode/storage");
    for (const fs::path& path : files_below(storage / "session"))
        importer.piece(path.string(), [&] { read_session(storage, read_json(path), importer); });
}

}  // namespace stele::conversations
