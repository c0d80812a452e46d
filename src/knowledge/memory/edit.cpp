#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/pg/error.hpp"
#include "knowledge/graph/store.hpp"
#include "knowledge/memory/edges.hpp"
#include "knowledge/memory/insert.hpp"
#include "knowledge/memory/secrets.hpp"
#include "knowledge/memory/sql.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/retrieval/segment_steps.hpp"
#include "knowledge/vectors/model.hpp"
#include "runtime/background/dead_letters.hpp"
#include "runtime/caller/recorder.hpp"

namespace stele::memory {

namespace {

[[noreturn]] void no_such_memory(const std::string& id) {
    throw Error(Code::not_found, fmt::format("there is no memory {}", id),
                "`stele memory list` shows the ids of this tenant");
}

Memory locked(pg::Transaction& tx, const runtime::Caller& caller, const std::string& id) {
    const pg::Result rows = tx.query(sql::lock, caller.org, caller.project, *Uuid::parse(id));
    if (rows.empty()) no_such_memory(id);
    return read_memory(rows[0]);
}

// The parts of a memory that an update can change: what a version keeps.
json::object state_of(const Memory& m) {
    json::object state = reflect::write(m).as_object();
    for (const char* fixed : {"id", "timestamp", "scope", "instance", "version"})
        state.erase(fixed);
    return state;
}

template <class T>
void take(T& field, const std::optional<T>& change) {
    if (change) field = *change;
}

Memory changed(Memory m, const UpdateInput& input, Timestamp at) {
    take(m.content, input.content);
    take(m.category, input.category);
    take(m.source, input.source);
    take(m.type, input.type);
    take(m.tags, input.tags);
    take(m.metadata, input.metadata);
    take(m.trust, input.trust);
    take(m.retention, input.retention);
    if (input.valid_from) m.valid_from = input.valid_from;
    if (input.valid_until) m.valid_until = input.valid_until;
    if (input.expires_at) m.expires_at = input.expires_at;
    m.content_hash = sha256_hex(m.content);
    m.version += 1;
    m.updated_at = at;
    return m;
}

void write(pg::Transaction& tx, const runtime::Caller& caller, const Memory& m,
           const pg::SparseVector& lexemes) {
    const std::string hash = sha256_raw(m.content);
    tx.query(sql::update, caller.org, caller.project, *Uuid::parse(m.id), m.type, m.category,
             m.source, reflect::name_of(m.trust), m.content, pg::Bytes{hash}, lexemes, m.tags,
             m.metadata, m.pinned, m.valid_from, m.valid_until, m.expires_at, m.version,
             m.updated_at, reflect::name_of(m.retention));
}

// A new text needs a new vector; until it comes the old one would be found for the wrong meaning.
void renew_vector(pg::Transaction& tx, const runtime::Caller& caller, const Uuid& id,
                  const std::optional<int>& model,
                  const std::optional<std::vector<float>>& vector) {
    if (!vector) tx.query(sql::drop_vector, caller.org, caller.project, id);
    background::drop(tx, {caller.org, caller.project}, {id});
    const auto add = [&](const auto&... args) { tx.query(args...); };
    add_vector_or_enqueue(add, caller, id, model, vector);
}

using Indexed = std::vector<retrieval::Gone>;

// Takes a memory that gets other words or labels out of the segments' care; they still have it
// until purge().
Indexed mark_unindexed(pg::Transaction& tx, const runtime::Caller& caller, const Uuid& id,
                       const pg::SparseVector& lexemes) {
    Indexed out;
    for (const pg::Row row : tx.query(sql::mark_unindexed, caller.org, caller.project, id, lexemes))
        out.push_back(retrieval::gone(id, row.raw(1)));
    return out;
}

// Last in its transaction: the segments stay locked until that ends.
void purge(pg::Transaction& tx, const runtime::Caller& caller, const Indexed& indexed) {
    retrieval::purge(tx, {caller.org, caller.project}, retrieval::Kind::memory, indexed);
}

std::optional<std::vector<float>> vector_of(runtime::Context& context,
                                            const std::optional<int>& model,
                                            const std::string& text) {
    return model ? vectors::embed_document(context, text) : std::nullopt;
}

// An agent that could end a hold could delete what it holds in two steps.
void require_shell_to_end_hold(const runtime::Context& context, const Memory& before,
                               const Memory& after) {
    const bool ends =
        before.retention == Retention::legal_hold && after.retention != before.retention;
    if (ends && !context.local_files)
        throw Error(Code::forbidden, fmt::format("retention: {} is under legal hold", before.id),
                    "an operator ends a hold, in the shell: `stele memory update ID --retention "
                    "standard`");
}

[[noreturn]] void same_text_elsewhere() {
    throw Error(Code::conflict, "another memory of this scope already has that text",
                "search for it, and forget or supersede one of the two");
}

}  // namespace

UpdateOutput update(runtime::Context& context, const UpdateInput& input) {
    SecretsFound secrets = judge_secrets(context, input);
    const std::optional<int> model =
        context.embedder ? vectors::active_model(context).id : std::nullopt;
    const auto vector = input.content ? vector_of(context, model, *input.content) : std::nullopt;
    const runtime::Caller& caller = context.caller;
    pg::Call call = call_of(context);
    call.repeatable = input.if_version.has_value();  // else a repeat would count a version twice
    try {
        Memory memory = context.db.transaction(call, [&](pg::Transaction& tx) {
            const Timestamp at = now();
            const Memory before = locked(tx, caller, input.id);
            if (input.if_version && *input.if_version != before.version)
                throw Error(Code::conflict,
                            fmt::format("ifVersion: the memory is at version {}, not {}",
                                        before.version, *input.if_version),
                            "read it again and apply the change to what it says now");
            const Memory after = changed(before, input, at);
            require_shell_to_end_hold(context, before, after);
            const Uuid id = *Uuid::parse(input.id);
            tx.query(sql::keep_version, caller.org, caller.project, id, before.version,
                     state_of(before), at, caller.principal);
            const bool new_text = after.content_hash != before.content_hash;
            const pg::SparseVector lexemes = lexemes_of(
                after.content, {after.category, after.type, after.source, after.scope, after.tags});
            const auto indexed = mark_unindexed(tx, caller, id, lexemes);
            write(tx, caller, after, lexemes);
            if (new_text) renew_vector(tx, caller, id, model, vector);
            purge(tx, caller, indexed);
            return after;
        });
        return {std::move(memory), std::move(secrets)};
    } catch (const pg::ServerError& error) {
        if (error.constraint() == "memories_content") same_text_elsewhere();
        throw;
    }
}

StoreOutput supersede(runtime::Context& context, const SupersedeInput& input) {
    SecretsFound secrets = judge_secrets(context, input);
    const Timestamp at = now();
    const NewMemory m = prepare(context, input, at);
    const Uuid old = *Uuid::parse(input.supersedes);
    const std::optional<int> model =
        context.embedder ? vectors::active_model(context).id : std::nullopt;
    const auto vector = vector_of(context, model, input.content);
    const runtime::Caller& caller = context.caller;
    StoreOutput out = context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const Memory before = locked(tx, caller, input.supersedes);
        // The same call again, after its answer was lost, finds its own work done.
        if (before.superseded_by == m.id.text()) return output_of(m, m.id, false);
        if (before.superseded_by)
            throw Error(Code::conflict,
                        fmt::format("memory {} was superseded by {} already", input.supersedes,
                                    *before.superseded_by),
                        "supersede that one instead");
        // First the old one leaves the unique index, so that a successor may say the same again.
        tx.query(sql::supersede, caller.org, caller.project, old, m.id, at);
        if (tx.run(sql::insert, insert_params(tx.types(), caller, m)).empty())
            same_text_elsewhere();
        const auto add = [&](const auto&... args) { tx.query(args...); };
        add_vector_or_enqueue(add, caller, m.id, model, vector);
        graph::project(add, caller, edge_source(), {old, m.id});
        return output_of(m, m.id, false);
    });
    out.secrets = std::move(secrets);
    return out;
}

Memory set_pinned(runtime::Context& context, const std::string& id, bool pinned) {
    const runtime::Caller& caller = context.caller;
    const auto changed = context.db.once(call_of(context), sql::set_pinned, caller.org,
                                         caller.project, *Uuid::parse(id), pinned, now());
    if (changed.affected() == 0) no_such_memory(id);
    std::optional<Memory> memory = find(context, id);
    if (!memory) no_such_memory(id);
    return std::move(*memory);
}

namespace {

std::vector<Uuid> named_ids(const ForgetInput& input) {
    std::set<Uuid> ids;
    if (input.id) ids.insert(*Uuid::parse(*input.id));
    for (const std::string& id : input.ids) ids.insert(*Uuid::parse(id));
    return {ids.begin(), ids.end()};
}

// Every id the filter matches, superseded ones included: what is to be forgotten has no past
// either.
std::vector<Uuid> matching_ids(pg::Transaction& tx, FilterParams params) {
    params.live_only = false;
    params.now = Timestamp{0};  // expired ones too
    std::vector<Uuid> out;
    std::optional<Timestamp> after_time;
    std::optional<Uuid> after_id;
    constexpr std::int32_t kChunk = 1000;
    for (;;) {
        const auto query = [&](const auto&... args) { return tx.query(sql::list, args...); };
        const pg::Result rows = params.apply(query, after_time, after_id, kChunk);
        for (const pg::Row row : rows) out.push_back(row.get<Uuid>(0));
        if (rows.rows() < kChunk) return out;
        after_id = out.back();
        after_time = rows[kChunk - 1].get<Timestamp>(6);
    }
}

void remove(pg::Transaction& tx, const runtime::Caller& caller, const std::vector<Uuid>& ids,
            const std::string& reason, ForgetOutput& out) {
    std::vector<Uuid> gone;
    std::vector<std::string> hashes;
    Indexed indexed;
    for (const pg::Row row : tx.query(sql::forget, caller.org, caller.project, ids)) {
        gone.push_back(row.get<Uuid>(0));
        hashes.emplace_back(row.raw(1));
        if (!row.is_null(2)) indexed.push_back(retrieval::gone(gone.back(), row.raw(2)));
    }
    out.forgotten = int(gone.size());
    for (const Uuid& id : gone) out.ids.push_back(id.text());
    if (gone.empty()) return;
    const Uuid receipt = Uuid::v7();
    std::vector<pg::Bytes> hash_bytes;
    for (const std::string& hash : hashes) hash_bytes.push_back({hash});
    tx.query(sql::insert_receipt, caller.org, caller.project, receipt, now(), caller.principal,
             reason, gone, hash_bytes);
    graph::forget(tx, {caller.org, caller.project}, edge_source().table(), gone);
    background::drop(tx, {caller.org, caller.project}, gone);
    out.receipt = receipt.text();
    purge(tx, caller, indexed);
}

// Those of these ids that are there: what can be forgotten, and what is under legal hold.
struct Forgettable {
    std::vector<Uuid> free, held;
};
Forgettable look_up(pg::Transaction& tx, const runtime::Caller& caller,
                    const std::vector<Uuid>& ids) {
    Forgettable out;
    for (const pg::Row row : tx.query(sql::fetch, caller.org, caller.project, ids)) {
        const bool held = read_memory(row).retention == Retention::legal_hold;
        (held ? out.held : out.free).push_back(row.get<Uuid>(0));
    }
    return out;
}

// What was named and is held is refused, all of it; what a filter matched is left out and counted.
void answer_for_held(const std::vector<Uuid>& held, bool by_filter, ForgetOutput& out) {
    if (by_filter) {
        if (!held.empty()) out.held = int(held.size());
        return;
    }
    if (held.empty()) return;
    std::string names;
    for (const Uuid& id : held) names += (names.empty() ? "" : ", ") + id.text();
    throw Error(Code::refused, fmt::format("nothing was forgotten: under legal hold: {}", names),
                "`stele memory update ID --retention standard` ends a hold");
}

}  // namespace

ForgetOutput forget(runtime::Context& context, const ForgetInput& input) {
    const std::vector<Uuid> named = named_ids(input);
    const bool by_filter = input.scope || narrows(input);
    if (named.empty() == !by_filter)
        throw Error(Code::invalid_argument,
                    named.empty() ? "id: say what to forget, by id or by a filter"
                                  : "id: give ids or a filter, not both",
                    "`--dry-run` shows what a filter would forget; scope=all means everything");
    const runtime::Caller& caller = context.caller;
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        ForgetOutput out;
        out.dry_run = input.dry_run;
        const std::vector<Uuid> ids =
            by_filter ? matching_ids(tx, filter_params(context, input)) : named;
        if (!input.dry_run && !ids.empty()) remove(tx, caller, ids, input.reason, out);
        // The database leaves out what is held; only then is it worth a look.
        if (out.ids.size() < ids.size()) {
            const Forgettable left = look_up(tx, caller, ids);
            answer_for_held(left.held, by_filter, out);
            if (input.dry_run)
                for (const Uuid& id : left.free) out.ids.push_back(id.text());
            out.forgotten = int(out.ids.size());
        }
        for (const Uuid& id : named)
            if (std::find(out.ids.begin(), out.ids.end(), id.text()) == out.ids.end())
                out.missing.push_back(id.text());
        if (context.audit && !input.dry_run)
            context.audit->record(tx, caller, out.receipt.value_or(""), {"memories"});
        return out;
    });
}

}  // namespace stele::memory
