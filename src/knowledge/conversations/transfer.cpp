#include "knowledge/conversations/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "foundation/base/error.hpp"
#include "foundation/base/new_file.hpp"
#include "knowledge/conversations/importer.hpp"
#include "knowledge/conversations/records.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/tenancy/scope.hpp"
#include "runtime/local_files.hpp"

namespace stele::conversations {

namespace {

namespace fs = std::filesystem;

constexpr std::int32_t kThreadsAtOnce = 100;
constexpr std::int32_t kMessagesAtOnce = 200;

constexpr std::string_view kInstead = "send the text itself, or use `stele chat import` there";

// Which files of a folder a format is kept in.
struct Pattern {
    std::string_view beginning, ending;
    std::string_view named;  // in messages

    bool matches(const std::string& name) const {
        return name.starts_with(beginning) && name.ends_with(ending);
    }
};

Pattern pattern_of(ImportFormat format) {
    switch (format) {
        case ImportFormat::claude_ai:
        case ImportFormat::chatgpt:
            return {"conversations", ".json", "conversations.json or conversations-000.json"};
        case ImportFormat::codex:
            return {"rollout-", ".jsonl", "rollout-*.jsonl"};
        case ImportFormat::gemini:
            return {"session-", "", "session-*.json"};
        case ImportFormat::claude_code:
        case ImportFormat::opencode:
        case ImportFormat::transcript:
            break;
    }
    return {"", ".jsonl", "*.jsonl"};
}

// The files that a path means, by name: itself, or those of the format below it.
std::vector<Source> sources_of(const ImportInput& input) {
    if (input.data) return {{"data", {}}};
    const fs::path root = *input.path;
    std::error_code error;
    if (!fs::is_directory(root, error) || input.format == ImportFormat::opencode)
        return {{root.filename().string(), root}};
    const Pattern pattern = pattern_of(input.format);
    std::vector<Source> out;
    for (const auto& entry :
         fs::recursive_directory_iterator(root, fs::directory_options::skip_permission_denied))
        if (entry.is_regular_file(error) && pattern.matches(entry.path().filename().string()))
            out.push_back({entry.path().lexically_relative(root).string(), entry.path()});
    std::ranges::sort(out, {}, &Source::name);
    if (out.empty())
        throw Error(Code::invalid_argument,
                    fmt::format("path: there is no {} below {}", pattern.named, root.string()));
    return out;
}

void read_sources(const ImportInput& input, Importer& importer) {
    std::vector<Source> sources = sources_of(input);
    switch (input.format) {
        case ImportFormat::claude_code:
            return read_claude_code(std::move(sources), importer);
        case ImportFormat::claude_ai:
            return read_claude_ai(sources, importer);
        case ImportFormat::chatgpt:
            return read_chatgpt(sources, importer);
        case ImportFormat::codex:
            return read_codex(sources, importer);
        case ImportFormat::gemini:
            return read_gemini(sources, importer);
        case ImportFormat::opencode:
            return read_opencode(sources.front(), importer);
        case ImportFormat::transcript:
            return read_transcript(sources, importer);
    }
}

// Where an export goes: a file under a temporary name until it is whole, or the answer.
class Out {
  public:
    explicit Out(const std::optional<std::string>& path) : path_(path) {
        if (path_) file_.emplace(*path_, "file");  // private, for conversations are
    }

    template <class Record>
    void line(const Record& record) {
        const std::string text = serialize(reflect::write(record)) + "\n";
        if (file_) return file_->write(text);
        data_ += text;
        if (data_.size() > limits::kBatchBodyBytes)
            throw Error(Code::too_large,
                        fmt::format("the export has more than {} bytes", limits::kBatchBodyBytes),
                        "name conversations with threadIds, or write to a file from the shell");
    }

    void finish(ExportOutput& out) {
        if (!file_) {
            out.data = std::move(data_);
            return;
        }
        file_->finish();
        out.file = path_;
    }

  private:
    std::optional<std::string> path_;
    std::optional<NewFile> file_;
    std::string data_;
};

ThreadRecord thread_record(const pg::Row& row) {
    ThreadRecord r;
    r.thread_id = row.get<std::string>(1);
    r.scope = row.get<std::string>(2);
    r.channel = row.get<std::string>(3);
    r.title = row.get<std::optional<std::string>>(4);
    r.instance = row.get<std::string>(5);
    r.last_seq = row.get<std::int32_t>(6);
    r.metadata = row.get<json::object>(7);
    r.created_at = row.get<Timestamp>(8);
    r.last_message_at = row.get<Timestamp>(9);
    r.ended_at = row.get<std::optional<Timestamp>>(10);
    r.summarized_seq = row.get<std::int32_t>(11);
    const auto keys = row.get<std::vector<std::string>>(12);
    const auto upto = row.get<std::vector<std::int64_t>>(13);
    for (std::size_t i = 0; i < keys.size(); ++i) r.line.push_back({keys[i], int(upto[i])});
    return r;
}

ActionRecord action_record(const pg::Row& row) {
    ActionRecord r;
    r.id = row.get<Uuid>(0).text();
    r.message_id = row.get<Uuid>(1).text();
    r.action = row.get<std::string>(2);
    r.status = reflect::enum_of<ActionStatus>(row.raw(3)).value_or(ActionStatus::open);
    r.resolution = row.get<std::optional<std::string>>(4);
    r.resolved_at = row.get<std::optional<Timestamp>>(5);
    r.resolved_by = row.get<std::optional<std::string>>(6);
    r.created_at = row.get<Timestamp>(7);
    return r;
}

void write_messages(runtime::Context& context, const Uuid& thread, Out& out, ExportOutput& done) {
    const runtime::Caller& caller = context.caller;
    for (std::int32_t after = 0;;) {
        context.deadline = deadline_in(limits::kDeadline);
        const pg::Result rows = context.db.once(call_of(context), sql::export_messages, caller.org,
                                                caller.project, thread, after, kMessagesAtOnce);
        for (const pg::Row row : rows) {
            MessageRecord record;
            static_cast<Message&>(record) = read_message(row);
            after = record.seq;
            out.line(record);
        }
        done.messages += rows.rows();
        if (rows.rows() < kMessagesAtOnce) return;
    }
}

void write_thread(runtime::Context& context, const pg::Row& row, Out& out, ExportOutput& done) {
    const runtime::Caller& caller = context.caller;
    const Uuid id = row.get<Uuid>(0);
    const ThreadRecord thread = thread_record(row);
    out.line(thread);
    write_messages(context, id, out, done);
    const auto rest = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::export_actions, caller.org, caller.project, id);
        p.add(sql::summaries, caller.org, caller.project, thread.thread_id);
    });
    for (const pg::Row action : rest[0]) out.line(action_record(action));
    for (const pg::Row summary : rest[1]) {
        SummaryRecord record;
        static_cast<Summary&>(record) = read_summary(summary);
        record.thread_id = thread.thread_id;
        out.line(record);
    }
    ++done.threads;
}

}  // namespace

ImportOutput import_threads(runtime::Context& context, const ImportInput& input) {
    if (input.path.has_value() == input.data.has_value())
        throw Error(Code::invalid_argument, "path: give a path or data, one of the two");
    if (input.path) runtime::require_local_files(context, "path", kInstead);
    // Resolved once: "project" is the caller's, and a wrong one is said before anything is read.
    ImportInput resolved = input;
    if (input.scope) resolved.scope = tenancy::scope_to_store(context, input.scope, "");
    Importer importer(context, resolved);
    read_sources(resolved, importer);
    importer.finish();
    return importer.out;
}

ExportOutput export_threads(runtime::Context& context, const ExportInput& input) {
    if (input.file) runtime::require_local_files(context, "file", kInstead);
    const runtime::Caller& caller = context.caller;
    std::optional<std::vector<Uuid>> threads;
    if (!input.thread_ids.empty()) {
        threads.emplace();
        for (const auto& [key, id] : thread_ids(context, input.thread_ids)) threads->push_back(id);
    }
    std::optional<std::string> scope;
    if (input.scope && *input.scope != "all")
        scope = tenancy::scope_to_store(context, input.scope, "");
    const std::set<std::string> names(input.thread_ids.begin(), input.thread_ids.end());
    const auto named = std::int64_t(names.size());
    Out out(input.file);
    ExportOutput done;
    std::optional<Timestamp> time;
    std::optional<std::string> key;
    for (;;) {
        context.deadline = deadline_in(limits::kDeadline);
        const pg::Result rows =
            context.db.once(call_of(context), sql::export_threads, caller.org, caller.project,
                            threads, scope, time, key, kThreadsAtOnce);
        for (const pg::Row row : rows) {
            write_thread(context, row, out, done);
            time = row.get<Timestamp>(8);
            key = row.get<std::string>(1);
        }
        if (context.progress) context.progress({double(done.messages), 0, "messages"});
        if (rows.rows() < kThreadsAtOnce) break;
    }
    if (done.threads < named)
        throw Error(Code::not_found, "threadIds: not all of these conversations exist",
                    "`stele chat recent --scope all` shows this tenant's threads");
    out.finish(done);
    return done;
}

}  // namespace stele::conversations
