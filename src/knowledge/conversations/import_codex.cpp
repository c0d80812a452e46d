// Codex CLI's sessions: rollout-*.jsonl, an item a line; with or without an envelope around it.
#include <fmt/format.h>

#include <array>
#include <map>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

namespace {

// How texts begin that stand in the user's place and were made by the program.
constexpr std::array<std::string_view, 8> kNotSaidInCodex = {
    "<environment_context>", "<user_instructions>",     "<INSTRUCTIONS>", "# AGENTS.md",
    "<turn_aborted>",        "<subagent_notification>", "<skill>",        "<permissions"};

std::string text_in(const json::value* value) {
    if (!value) return "";
    if (const json::object* object = value->if_object())
        for (const char* key : {"output", "content", "text"})
            if (const json::value* inner = object->if_contains(key)) return text_of_blocks(*inner);
    return text_of_blocks(*value);
}

using Calls = std::map<std::string, Place>;  // of all sessions, by "session/call"

class Codex {
  public:
    Codex(Importer& importer, Calls& calls, std::string name)
        : importer_(importer), calls_(calls), session_(std::move(name)) {}

    void entry(const json::object& line, std::size_t number) {
        const std::string type = text_at(line, "type");
        if (const auto time = parse_timestamp(text_at(line, "timestamp"))) time_ = time;
        key_ = fmt::format("line:{}", number);
        const json::object* payload = object_at(line, "payload");
        if (type == "session_meta" && payload) return begin(*payload);
        if (type.empty() && line.contains("id")) return begin(line);
        if (type == "compacted" && payload) return say("system", text_at(*payload, "message"));
        if (type == "response_item" && payload) return item(*payload);
        if (!payload) item(line);  // events tell again what items hold
    }

  private:
    // A session that was made from another one names that, too, further below.
    void begin(const json::object& meta) {
        if (begun_) return;
        begun_ = true;
        if (const std::string id = text_at(meta, "id"); !id.empty()) session_ = id;
        scope_ = project_scope(text_at(meta, "cwd"));
        // A sub-agent says which call sent it off.
        const json::object* at = &meta;
        for (const char* key : {"source", "subagent", "thread_spawn"})
            if (at) at = object_at(*at, key);
        if (!at) return;
        parent_ = text_at(*at, "parent_thread_id");
        const auto call = calls_.find(parent_ + "/" + text_at(*at, "spawn_call_id"));
        if (call != calls_.end()) importer_.fork(session_, call->second);
    }

    LogInput common() const {
        LogInput out;
        out.thread_id = session_;
        out.channel = "codex";
        out.scope = scope_;
        out.timestamp = time_;
        return out;
    }

    void say(const std::string& speaker, std::string text) {
        LogInput out = common();
        out.speaker = speaker;
        out.content = std::move(text);
        out.dedup_key = key_;
        importer_.add(std::move(out));
    }

    void item(const json::object& item) {
        const std::string type = text_at(item, "type"), id = text_at(item, "call_id");
        // A sub-agent's file repeats what its parent did.
        if (!id.empty() && !parent_.empty() && calls_.contains(parent_ + "/" + id))
            return importer_.add_duplicates(1);
        if (type == "message") {
            const std::string text = text_in(item.if_contains("content"));
            const std::string role = text_at(item, "role");
            const bool said =
                role == "assistant" || (role == "user" && !begins_with(text, kNotSaidInCodex));
            const bool is_asked = role == "user" && !parent_.empty();  // by the agent above
            return say(!said ? "system" : is_asked ? "assistant" : role, text);
        }
        if (type.ends_with("_call")) return call(item, type, id);
        if (type.ends_with("_call_output"))
            importer_.add(tool_message(
                common(), tool_result(id, text_in(item.if_contains("output")), false), key_));
    }

    // Arguments are a text that holds JSON, a plain text, or an object.
    void call(const json::object& item, const std::string& type, const std::string& id) {
        std::string name = text_at(item, "name");
        if (name.empty()) name = type.substr(0, type.size() - std::string_view("_call").size());
        json::value input;
        for (const char* key : {"arguments", "input", "action"})
            if (const json::value* found = item.if_contains(key)) input = *found;
        if (const json::string* text = input.if_string())
            if (text->starts_with('{')) {
                try {
                    input = ingest::read_json(*text, session_ + " " + key_, importer_.out);
                } catch (const Error&) {
                    // The model's arguments were no JSON: they are kept as they stand.
                }
            }
        importer_.add(tool_message(common(), tool_call(name, id, input), key_));
        if (!id.empty()) calls_[session_ + "/" + id] = {session_, key_};
    }

    Importer& importer_;
    Calls& calls_;
    std::string session_, parent_, scope_ = project_scope(""), key_;
    std::optional<Timestamp> time_;
    bool begun_ = false;
};

}  // namespace

void read_codex(const std::vector<Source>& sources, Importer& importer) {
    Calls calls;
    for (const Source& source : sources)
        importer.file(source, [&](std::istream& in) {
            Codex reader(importer, calls,
                         source.path.empty() ? "codex" : source.path.stem().string());
            for_each_object(in, source.name, importer,
                            [&](const json::object& line, const ingest::Line& place) {
                                reader.entry(line, place.number);
                            });
        });
}

}  // namespace stele::conversations
