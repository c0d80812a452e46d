// OpenCode's sessions: its database, what `opencode export` writes, and the folder of files that
// versions before 1.2 kept.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/importer.hpp"
#include "knowledge/conversations/opencode.hpp"

namespace stele::conversations {

namespace {

namespace fs = std::filesystem;

constexpr const char* kHint =
    "name opencode.db or the folder it lies in (~/.local/share/opencode), or what `opencode "
    "export` "
    "wrote; before version 1.2: ~/.local/share/opencode/storage";

std::optional<Timestamp> created(const json::object& info) {
    const json::object* time = object_at(info, "time");
    return time ? time_at(*time, "created", 1000) : std::nullopt;
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

json::object read_file(const fs::path& path, Importer& importer) {
    return ingest::read_json_object(ingest::read_text(path, importer.out), path.string(),
                                    importer.out);
}

OpenCodeMessage read_message(const fs::path& storage, const fs::path& path, Importer& importer) {
    OpenCodeMessage out{path.string(), read_file(path, importer), {}};
    for (const fs::path& part : files_below(storage / "part" / text_at(out.info, "id")))
        importer.piece(part.string(), [&] { out.parts.push_back(read_file(part, importer)); });
    return out;
}

void collect_storage(const fs::path& storage, Importer& importer,
                     std::vector<OpenCodeSession>& out) {
    for (const fs::path& path : files_below(storage / "session"))
        importer.piece(path.string(), [&] {
            json::object info = read_file(path, importer);
            const fs::path messages = storage / "message" / text_at(info, "id");
            out.push_back({path.string(), std::move(info), [&importer, storage, messages] {
                               std::vector<OpenCodeMessage> read;
                               for (const fs::path& message : files_below(messages))
                                   importer.piece(message.string(), [&] {
                                       read.push_back(read_message(storage, message, importer));
                                   });
                               return read;
                           }});
        });
}

void collect_export(std::istream& in, const std::string& name, Importer& importer,
                    std::vector<OpenCodeSession>& out) {
    for_each_element(in, name, "title", importer, [&](const json::object& exported) {
        const json::object* info = object_at(exported, "info");
        const json::array* messages = array_at(exported, "messages");
        if (!info || !messages)
            throw Error(Code::invalid_argument, "it has no info and messages", kHint);
        std::vector<OpenCodeMessage> read;
        for (const json::value& value : *messages) {
            const json::object& message = value.as_object();
            read.push_back({name, message.at("info").as_object(), {}});
            if (const json::array* parts = array_at(message, "parts"))
                for (const json::value& part : *parts)
                    read.back().parts.push_back(part.as_object());
        }
        out.push_back({name, *info, [read = std::move(read)] { return read; }});
    });
}

class Reader {
  public:
    explicit Reader(Importer& importer) : importer_(importer) {}

    // Sessions before their children, which are what a tool of theirs sent off.
    void read(std::vector<OpenCodeSession> sessions) {
        std::ranges::stable_sort(sessions, {}, [](const OpenCodeSession& one) {
            return std::pair(!text_at(one.info, "parentID").empty(), created(one.info));
        });
        for (const OpenCodeSession& one : sessions)
            importer_.piece(one.place, [&] { session(one); });
    }

  private:
    struct Sent {
        std::optional<Timestamp> time;
        Place place;
    };

    void session(const OpenCodeSession& one) {
        const std::string id = text_at(one.info, "id"), parent = text_at(one.info, "parentID");
        if (id.empty()) throw Error(Code::invalid_argument, "id: is missing");
        if (!parent.empty()) fork(id, parent, created(one.info));
        LogInput common;
        common.thread_id = id;
        common.channel = "opencode";
        common.scope = project_scope(text_at(one.info, "directory"));
        for (const OpenCodeMessage& message : one.messages()) {
            const std::string role = text_at(message.info, "role");
            common.speaker = role == "user" ? parent.empty() ? "user" : "assistant" : "assistant";
            common.timestamp = created(message.info);
            for (const json::object& part : message.parts)
                importer_.piece(message.place, [&] { add_part(common, part); });
        }
        importer_.title(id, text_at(one.info, "title"));
    }

    void fork(const std::string& child, const std::string& parent,
              const std::optional<Timestamp>& began) {
        if (const auto known = calls_.find(child); known != calls_.end())
            return importer_.fork(child, known->second);
        std::optional<Place> place;
        for (const Sent& said : said_[parent])
            if (said.time <= began) place = said.place;
        if (place) importer_.fork(child, *place);
    }

    void keep(LogInput message) {
        if (!message.content.empty())
            said_[*message.thread_id].push_back(
                {message.timestamp, {*message.thread_id, *message.dedup_key}});
        importer_.add(std::move(message));
    }

    void add_part(const LogInput& common, const json::object& part) {
        const std::string id = text_at(part, "id"), type = text_at(part, "type");
        if (type == "text") {
            LogInput message = common;
            message.dedup_key = id;
            message.content = text_at(part, "text");
            // What OpenCode put in the user's place: files that it read, reminders.
            if (is_true(part, "synthetic") && message.speaker == "user") message.speaker = "system";
            return keep(std::move(message));
        }
        if (type == "tool") add_tool(common, part, id);  // steps and reasoning are not said
    }

    void add_tool(const LogInput& common, const json::object& part, const std::string& id) {
        const json::object* state = object_at(part, "state");
        if (!state) return;
        const std::string call = text_at(part, "callID");
        const json::value* input = state->if_contains("input");
        keep(tool_message(
            common, tool_call(text_at(part, "tool"), call, input ? *input : json::value()), id));
        if (const json::object* metadata = object_at(*state, "metadata"))
            for (const char* key : {"sessionId", "sessionID"})
                if (const std::string child = text_at(*metadata, key); !child.empty())
                    calls_[child] = {*common.thread_id, id};
        const bool failed = text_at(*state, "status") == "error";
        const std::string result = text_at(*state, failed ? "error" : "output");
        if (!result.empty())
            keep(tool_message(common, tool_result(call, result, failed), id + "#result"));
    }

    Importer& importer_;
    std::map<std::string, Place> calls_;             // by the session that a call made
    std::map<std::string, std::vector<Sent>> said_;  // by session
};

bool is_database(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string head(15, '\0');
    in.read(head.data(), std::streamsize(head.size()));
    return in && head == "SQLite format 3";
}

}  // namespace

void read_opencode(const Source& source, Importer& importer) {
    std::vector<OpenCodeSession> sessions;
    std::error_code error;
    if (source.path.empty() ||
        (fs::is_regular_file(source.path, error) && !is_database(source.path))) {
        importer.file(
            source, [&](std::istream& in) { collect_export(in, source.name, importer, sessions); });
        return Reader(importer).read(std::move(sessions));
    }
    fs::path storage = source.path, database = source.path;
    if (fs::is_directory(database, error)) database /= "opencode.db";
    if (fs::is_directory(storage / "storage", error)) storage /= "storage";
    const bool has_files = fs::is_directory(storage / "session", error);
    const bool has_database = fs::exists(database, error);
    if (!has_files && !has_database)
        throw Error(Code::invalid_argument,
                    fmt::format("path: {} holds no opencode.db and no session folder",
                                source.path.string()),
                    kHint);
    importer.pass_over();
    if (has_files) collect_storage(storage, importer, sessions);
    if (has_database) collect_database(database, importer, sessions);
    Reader(importer).read(std::move(sessions));
}

}  // namespace stele::conversations
