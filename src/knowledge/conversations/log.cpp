#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/pg/error.hpp"
#include "knowledge/conversations/edges.hpp"
#include "knowledge/conversations/insert.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/graph/store.hpp"
#include "knowledge/retrieval/segment_steps.hpp"
#include "knowledge/tenancy/scope.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::conversations {

namespace {

// One that is there already, by its id or its dedup key.
struct Logged {
    Uuid id;
    int seq;
    std::string scope;
};

LogOutput output_of(const NewMessage& m, const Logged& logged, bool duplicate) {
    LogOutput out;
    out.logged = true;
    out.id = logged.id.text();
    out.thread_id = m.key;
    out.seq = logged.seq;
    out.scope = logged.scope;
    out.message = duplicate ? "Message already logged (deduplicated)" : "Message logged";
    if (duplicate) out.duplicate = true;
    return out;
}

// `query` runs a statement with parameters.
template <class Query>
std::map<std::size_t, Logged> find_logged(const Query& query, const runtime::Caller& caller,
                                          std::span<const NewMessage> messages) {
    std::vector<Uuid> ids;
    std::vector<std::string> threads;
    std::vector<std::optional<std::string>> keys;
    std::vector<pg::Bytes> hashes;
    for (const NewMessage& m : messages) {
        ids.push_back(m.id);
        threads.push_back(m.key);
        keys.push_back(m.input.dedup_key);
        hashes.push_back({m.hash});
    }
    std::map<std::size_t, Logged> out;
    const pg::Result rows =
        query(sql::find_logged, caller.org, caller.project, ids, threads, keys, hashes);
    for (const pg::Row row : rows) {
        const auto at = std::size_t(row.get<std::int64_t>(0) - 1);
        const Uuid id = row.get<Uuid>(1);
        if (id == ids[at] && !row.get<bool>(4))
            throw Error(Code::conflict, fmt::format("id: {} is another message's", id.text()),
                        "leave the id out: a new one is made");
        out[at] = {id, row.get<std::int32_t>(2), row.get<std::string>(3)};
    }
    return out;
}

// The unique indexes that say a message is there already. Of writers that make one thread at once
// all but one meet its key, and append to it.
bool says_already_logged(const pg::ServerError& error) {
    return error.constraint() == "chat_messages_pkey" ||
           error.constraint() == "chat_messages_dedup";
}

pg::Params append_params(const pg::TypeOids& types, const runtime::Caller& caller,
                         const NewMessage& m) {
    const LogInput& in = m.input;
    return pg::Params(types, caller.org, caller.project, Uuid::v7(), m.key, m.new_scope, in.channel,
                      m.instance, m.at, m.id, in.speaker, reflect::name_of(in.kind), in.content,
                      pg::Bytes{m.hash}, in.dedup_key, in.job_id, m.scope, in.metadata,
                      reflect::name_of(in.retention), m.document.lexemes, m.document.words,
                      m.document.pairs, limits::kSummaryEvery);
}

// What messages ask of others, as arrays.
struct Actions {
    std::vector<Uuid> messages, ids;
    std::vector<std::string> actions;
    std::vector<std::optional<Timestamp>> since;

    void add(const NewMessage& m) {
        if (!m.input.pending_action) return;
        messages.push_back(m.id);
        ids.push_back(Uuid::v7());
        actions.push_back(*m.input.pending_action);
        since.emplace_back(m.at);
    }
};

// What follows an insert in its transaction; `add` takes a statement and its parameters.
template <class Add>
void add_consequences(const Add& add, const runtime::Caller& caller, const Actions& actions,
                      const std::vector<Uuid>& wants_vectors) {
    if (!actions.ids.empty())
        add(sql::add_pending, caller.org, caller.project, actions.messages, actions.ids,
            actions.actions, actions.since);
    if (!wants_vectors.empty()) add(sql::queue_vectors, caller.org, caller.project, wants_vectors);
}

bool makes_vectors(runtime::Context& context) {
    return context.embedder && vectors::active_model(context).id.has_value();
}

[[noreturn]] void too_busy() {
    throw Error(Code::conflict, "the same message is being logged and forgotten at once",
                "try again", {}, true);
}

// Messages as one array a column.
struct Columns {
    std::vector<Uuid> ids, threads;
    std::vector<std::int32_t> seqs, words, pairs, first_pairs, last_pairs;
    std::vector<std::string> speakers, kinds, channels, contents, scopes, instances, retentions;
    std::vector<pg::Bytes> hashes;
    std::vector<std::optional<std::string>> dedup_keys, jobs;
    std::vector<json::object> metadata;
    std::vector<pg::SparseVector> lexemes;
    std::vector<std::optional<Timestamp>> times;

    void add(const NewMessage& m, const Uuid& thread, int seq, const std::string& scope) {
        const LogInput& in = m.input;
        ids.push_back(m.id);
        threads.push_back(thread);
        seqs.push_back(seq);
        speakers.push_back(in.speaker);
        kinds.emplace_back(reflect::name_of(in.kind));
        channels.push_back(in.channel);
        contents.push_back(in.content);
        hashes.push_back({m.hash});
        dedup_keys.push_back(in.dedup_key);
        jobs.push_back(in.job_id);
        scopes.push_back(scope);
        instances.push_back(m.instance);
        metadata.push_back(in.metadata);
        retentions.emplace_back(reflect::name_of(in.retention));
        lexemes.push_back(m.document.lexemes);
        words.push_back(m.document.words);
        first_pairs.push_back(std::int32_t(pairs.size()) + 1);
        pairs.insert(pairs.end(), m.document.pairs.begin(), m.document.pairs.end());
        last_pairs.push_back(std::int32_t(pairs.size()));
        times.emplace_back(m.at);
    }
};

// A thread of a batch while the transaction holds it.
struct Held {
    Uuid id;
    int last_seq = 0;
    std::string scope;
    std::optional<Timestamp> last_at;  // of what is new; absent: nothing is
};
using Threads = std::map<std::string, Held>;  // by key

Threads lock_threads(pg::Transaction& tx, const runtime::Caller& caller,
                     std::span<const NewMessage> messages) {
    std::map<std::string_view, const NewMessage*> first;
    for (const NewMessage& m : messages) first.emplace(m.key, &m);
    std::vector<Uuid> ids;
    std::vector<std::string> keys, scopes, channels, instances;
    std::vector<std::optional<Timestamp>> times;
    for (const auto& [key, m] : first) {
        ids.push_back(Uuid::v7());
        keys.emplace_back(key);
        scopes.push_back(m->new_scope);
        channels.push_back(m->input.channel);
        instances.push_back(m->instance);
        times.emplace_back(m->at);
    }
    Threads out;
    for (const pg::Row row : tx.query(sql::lock_threads, caller.org, caller.project, ids, keys,
                                      scopes, channels, instances, times))
        out[row.get<std::string>(0)] = {
            row.get<Uuid>(1), row.get<std::int32_t>(2), row.get<std::string>(3), {}};
    return out;
}

// Gives each new message its place; fills `columns` with them and `out` with all.
void place(std::span<const NewMessage> messages, std::map<std::size_t, Logged> logged,
           Threads& threads, Columns& columns, LogBatchOutput& out) {
    std::map<std::pair<std::string, std::string>, Logged> keys;  // of this very batch
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const NewMessage& m = messages[i];
        if (const auto there = logged.find(i); there != logged.end()) {
            // Ours, though its first answer was lost: to the caller it is new.
            const bool ours = there->second.id == m.id && !m.input.id;
            ++(ours ? out.logged : out.duplicates);
            out.messages.push_back(output_of(m, there->second, !ours));
            continue;
        }
        Held& thread = threads.at(m.key);
        const int seq = m.seq.value_or(thread.last_seq + 1);
        const Logged fresh{m.id, seq, m.scope.value_or(thread.scope)};
        if (m.input.dedup_key) {
            const auto [known, is_new] = keys.emplace(std::pair(m.key, *m.input.dedup_key), fresh);
            if (!is_new) {
                ++out.duplicates;
                out.messages.push_back(output_of(m, known->second, true));
                continue;
            }
        }
        thread.last_seq = std::max(thread.last_seq, seq);
        thread.last_at = std::max(thread.last_at.value_or(m.at), m.at);
        columns.add(m, thread.id, seq, fresh.scope);
        ++out.logged;
        out.messages.push_back(output_of(m, fresh, false));
    }
}

void write(pg::Transaction& tx, const runtime::Caller& caller, const Columns& c,
           const Threads& threads) {
    tx.query(sql::append_batch, caller.org, caller.project, c.ids, c.threads, c.seqs, c.speakers,
             c.kinds, c.channels, c.contents, c.hashes, c.dedup_keys, c.jobs, c.scopes, c.instances,
             c.metadata, c.retentions, c.lexemes, c.words, c.times, c.pairs, c.first_pairs,
             c.last_pairs);
    std::vector<Uuid> ids;
    std::vector<std::int32_t> lasts;
    std::vector<std::optional<Timestamp>> times;
    for (const auto& [key, thread] : threads) {
        if (!thread.last_at) continue;
        ids.push_back(thread.id);
        lasts.push_back(thread.last_seq);
        times.push_back(thread.last_at);
    }
    tx.query(sql::advance_threads, caller.org, caller.project, ids, lasts, times,
             limits::kSummaryEvery);
}

void request_indexing(const runtime::Context& context) {
    retrieval::request_indexing(context.db, call_of(context), retrieval::Kind::message);
}

}  // namespace

NewMessage prepare(const runtime::Context& context, LogInput input, Timestamp at) {
    NewMessage out;
    out.id = input.id ? *Uuid::parse(*input.id) : Uuid::v7();
    out.key = input.thread_id ? *input.thread_id : Uuid::v7().text();
    if (input.scope) out.scope = tenancy::scope_to_store(context, input.scope, "");
    out.new_scope = out.scope.value_or(context.caller.scope);
    out.instance = context.caller.instance;
    out.hash = sha256_raw(input.content);
    out.at = input.timestamp.value_or(at);
    out.document = retrieval::analyse(input.content);
    out.input = std::move(input);
    return out;
}

LogOutput log(runtime::Context& context, const LogInput& input) {
    const NewMessage m = prepare(context, input, now());
    const runtime::Caller& caller = context.caller;
    Actions actions;
    actions.add(m);
    const std::vector<Uuid> wants_vectors =
        makes_vectors(context) ? std::vector{m.id} : std::vector<Uuid>{};
    for (int attempt = 0; attempt < limits::kRetries; ++attempt) {
        try {
            const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
                p.add(sql::append, append_params(p.types(), caller, m));
                const auto add = [&](const auto&... args) { p.add(args...); };
                add_consequences(add, caller, actions, wants_vectors);
                if (m.input.job_id) graph::project(add, caller, message_edges(), {m.id});
            });
            const pg::Result& appended = results.front();
            if (!appended.empty() && retrieval::sampled(m.id)) request_indexing(context);
            if (!appended.empty())
                return output_of(
                    m, {m.id, appended[0].get<std::int32_t>(0), appended[0].get<std::string>(1)},
                    false);
        } catch (const pg::ServerError& error) {
            if (!says_already_logged(error)) throw;
        }
        const auto query = [&](const auto&... args) {
            return context.db.once(call_of(context), args...);
        };
        const auto logged = find_logged(query, caller, std::span(&m, 1));
        if (logged.empty()) continue;  // forgotten between the two statements
        const Logged& there = logged.begin()->second;
        // The id is made here: found under it without having been given, it is this call's own.
        return output_of(m, there, there.id != m.id || input.id.has_value());
    }
    too_busy();
}

LogBatchOutput log_all(runtime::Context& context, std::span<const NewMessage> messages) {
    if (messages.empty()) return {};
    const runtime::Caller& caller = context.caller;
    const bool vectors = makes_vectors(context);
    const auto body = [&](pg::Transaction& tx) {
        LogBatchOutput out;
        Columns columns;
        // While the threads are held nobody else appends to them, so what is not found is new.
        Threads threads = lock_threads(tx, caller, messages);
        const auto query = [&](const auto&... args) { return tx.query(args...); };
        place(messages, find_logged(query, caller, messages), threads, columns, out);
        if (columns.ids.empty()) return out;
        write(tx, caller, columns, threads);
        const std::set<Uuid> fresh(columns.ids.begin(), columns.ids.end());
        Actions actions;
        for (const NewMessage& m : messages)
            if (fresh.contains(m.id)) actions.add(m);
        add_consequences(query, caller, actions, vectors ? columns.ids : std::vector<Uuid>{});
        std::vector<Uuid> of_jobs;
        for (const NewMessage& m : messages)
            if (m.input.job_id && fresh.contains(m.id)) of_jobs.push_back(m.id);
        graph::project(query, caller, message_edges(), of_jobs);
        return out;
    };
    try {
        const LogBatchOutput out = context.db.transaction(call_of(context), body);
        if (out.logged >= retrieval::kManyAtOnce) request_indexing(context);
        return out;
    } catch (const pg::ServerError& error) {
        if (error.constraint() != "chat_messages_org_id_project_id_thread_id_seq_key") throw;
        throw Error(Code::conflict, "seq: a place of the thread is another message's already",
                    "import into a tenant that has not gone on with the thread");
    }
}

LogBatchOutput log_batch(runtime::Context& context, const LogBatchInput& input) {
    const Timestamp at = now();
    std::vector<NewMessage> messages;
    messages.reserve(input.messages.size());
    for (const LogInput& message : input.messages)
        messages.push_back(prepare(context, message, at));
    return log_all(context, messages);
}

}  // namespace stele::conversations
