// JSON Lines: an export of Stele, or anybody's messages.
#include <fmt/format.h>

#include <unordered_map>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "knowledge/conversations/edges.hpp"
#include "knowledge/conversations/importer.hpp"
#include "knowledge/conversations/records.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/graph/store.hpp"
#include "knowledge/retrieval/lexical.hpp"

namespace stele::conversations {

namespace {

void restore_thread(Importer& importer, const json::value& line) {
    const auto r = reflect::read<ThreadRecord>(line);
    runtime::Context& context = importer.context();
    const runtime::Caller& caller = context.caller;
    importer.flush();
    // An ancestor that is not here has nothing to show.
    std::vector<std::string> keys;
    for (const Ancestor& ancestor : r.line) keys.push_back(ancestor.thread_id);
    const auto known = keys.empty() ? std::map<std::string, Uuid>{} : thread_ids(context, keys);
    std::vector<Uuid> threads;
    std::vector<std::int32_t> upto;
    for (const Ancestor& ancestor : r.line) {
        const auto found = known.find(ancestor.thread_id);
        if (found == known.end()) continue;
        threads.push_back(found->second);
        upto.push_back(ancestor.upto);
    }
    const Uuid id = Uuid::v7();
    context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::restore_thread, caller.org, caller.project, id, r.thread_id,
              importer.input().scope.value_or(r.scope), r.channel, r.title, r.instance, threads,
              upto, r.last_seq, r.summarized_seq, r.metadata, r.created_at, r.last_message_at,
              r.ended_at);
        const auto add = [&](const auto&... args) { p.add(args...); };
        if (!threads.empty()) graph::project(add, caller, thread_edges(), {id});
    });
}

void restore_message(Importer& importer, const json::value& line) {
    const Message m = reflect::read<Message>(line);
    LogInput in;
    in.content = m.content;
    in.speaker = m.speaker;
    in.thread_id = m.thread_id;
    in.scope = importer.input().scope ? importer.input().scope : m.scope;
    in.channel = m.channel;
    in.job_id = m.job_id;
    in.dedup_key = m.dedup_key;
    in.id = m.id;
    in.kind = m.type;
    in.metadata = m.metadata;
    in.retention = m.retention;
    in.timestamp = m.timestamp;
    // The bounds of log hold for what comes back in, too.
    NewMessage out =
        prepare(importer.context(), reflect::read<LogInput>(reflect::write(in)), importer.at());
    out.instance = m.instance;
    if (m.seq < 1) throw Error(Code::invalid_argument, "seq: must be at least 1");
    out.seq = m.seq;
    importer.add(std::move(out));
}

void restore_action(Importer& importer, const json::value& line) {
    const auto r = reflect::read<ActionRecord>(line);
    importer.flush();
    runtime::Context& context = importer.context();
    context.db.once(call_of(context), sql::restore_action, context.caller.org,
                    context.caller.project, *Uuid::parse(r.id), *Uuid::parse(r.message_id),
                    r.action, reflect::name_of(r.status), r.resolution, r.resolved_at,
                    r.resolved_by, r.created_at);
}

void restore_summary(Importer& importer, const json::value& line) {
    const auto r = reflect::read<SummaryRecord>(line);
    const auto id = Uuid::parse(r.id);
    if (!id) throw Error(Code::invalid_argument, "id: expected a UUID");
    importer.flush();
    const retrieval::Document document = retrieval::analyse(words_of(r.summary, r.keywords));
    runtime::Context& context = importer.context();
    const runtime::Caller& caller = context.caller;
    context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::restore_summary, caller.org, caller.project, r.thread_id, *id, r.from_seq,
              r.to_seq, r.summary, r.keywords, r.message_count, r.method,
              importer.input().scope.value_or(r.scope), document.lexemes, document.words,
              r.created_at);
        const auto add = [&](const auto&... args) { p.add(args...); };
        graph::project(add, caller, summary_edges(), {*id});
    });
}

// What has no name of its own is named by what it says and by how often the file has said it.
class Unnamed {
  public:
    std::string key_of(const LogInput& m) {
        const std::string hash =
            sha256_hex(fmt::format("{}\n{}\n{}\n{}", *m.thread_id, m.speaker,
                                   m.timestamp ? m.timestamp->micros : 0, m.content))
                .substr(0, 32);
        return fmt::format("line:{}:{}", hash, ++seen_[hash]);
    }

  private:
    std::unordered_map<std::string, int> seen_;
};

void add_line(Importer& importer, const json::value& line, Unnamed& unnamed) {
    json::value checked = line;
    std::string content;
    if (json::object* object = checked.if_object())
        if (json::value* text = object->if_contains("content"); text && text->is_string()) {
            // Checked without its text, which may be longer than a message may be: it is cut.
            content = std::string(text->get_string());
            *text = content.empty() ? "" : "x";
        }
    auto message = reflect::read<LogInput>(checked);
    if (!message.thread_id)
        throw Error(Code::invalid_argument, "threadId: is required: which conversation is it of?");
    message.content = std::move(content);
    if (!message.dedup_key && !message.id) message.dedup_key = unnamed.key_of(message);
    importer.add(std::move(message));
}

void read_record(const json::object& line, Importer& importer, Unnamed& unnamed) {
    const std::string record = text_at(line, "record");
    if (record == "thread") return restore_thread(importer, line);
    if (record == "action") return restore_action(importer, line);
    if (record == "summary") return restore_summary(importer, line);
    if (!record.empty() && record != "message")
        throw Error(Code::invalid_argument, "record: expected thread, message, action or summary");
    json::object rest = line;
    rest.erase("record");
    if (record == "message") return restore_message(importer, rest);
    add_line(importer, rest, unnamed);
}

}  // namespace

void read_transcript(const std::vector<Source>& sources, Importer& importer) {
    for (const Source& source : sources)
        importer.file(source, [&](std::istream& in) {
            Unnamed unnamed;
            for_each_object(in, source.name, importer,
                            [&](const json::object& line, const ingest::Line&) {
                                read_record(line, importer, unnamed);
                            });
        });
}

}  // namespace stele::conversations
