#include "knowledge/memory/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "knowledge/graph/store.hpp"
#include "knowledge/memory/edges.hpp"
#include "knowledge/memory/insert.hpp"
#include "knowledge/memory/secrets.hpp"
#include "knowledge/memory/sql.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/tenancy/scope.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::memory {

NewMemory prepare(const runtime::Context& context, StoreInput input, Timestamp at) {
    if (input.valid_from && input.valid_until && *input.valid_until <= *input.valid_from)
        throw Error(Code::invalid_argument, "validUntil: must be later than validFrom");
    NewMemory out;
    out.id = input.id ? *Uuid::parse(*input.id) : Uuid::v7();
    out.scope = tenancy::scope_to_store(context, input.scope, input.category);
    out.instance = context.caller.instance;
    out.hash = sha256_raw(input.content);
    out.created = input.timestamp.value_or(at);
    out.updated = out.created;
    out.expires = input.expires_at;
    if (input.ttl_seconds) out.expires = Timestamp{at.micros + *input.ttl_seconds * 1'000'000};
    out.input = std::move(input);
    return out;
}

pg::Params insert_params(const pg::TypeOids& types, const runtime::Caller& caller,
                         const NewMemory& m) {
    const StoreInput& in = m.input;
    return pg::Params(types, caller.org, caller.project, m.id, m.scope, m.instance, in.type,
                      in.category, in.source, reflect::name_of(in.trust), in.content,
                      pg::Bytes{m.hash}, m.lexemes(), in.tags, in.metadata, in.pinned,
                      in.source_uri, in.commit, in.file, in.job_id, in.message_id, in.valid_from,
                      in.valid_until, m.expires, m.created, reflect::name_of(in.retention));
}

StoreOutput output_of(const NewMemory& m, const Uuid& id, bool duplicate) {
    StoreOutput out;
    out.stored = true;
    out.id = id.text();
    out.content_hash = hex(m.hash);
    out.scope = m.scope;
    out.message = duplicate ? "Memory already exists (deduplicated)" : "Memory stored";
    if (duplicate) out.duplicate = true;
    return out;
}

const retrieval::Source& segment_source() {
    static const retrieval::Source kSource{
        retrieval::Kind::memory,
        sql::take_unindexed,
        sql::count_unindexed,
        sql::mark_all_unindexed,
        sql::texts,
        [](pg::Transaction& tx, const pg::Tenant& tenant, const retrieval::SplitTexts& texts) {
            tx.query(sql::set_words, tenant.org, tenant.project, texts.ids, texts.lexemes);
        },
        [](const pg::Row& row) {
            const auto text = [&](int column) { return row.get<std::string>(column); };
            return labels_of(
                {text(2), text(3), text(4), text(5), row.get<std::vector<std::string>>(6)});
        }};
    return kSource;
}

namespace {

void request_indexing(const runtime::Context& context) {
    retrieval::request_indexing(context.db, call_of(context), retrieval::Kind::memory);
}

// What is there already of memories that an insert left out: by position, which memory has the
// text.
struct Holder {
    Uuid id;
    bool live;
};
std::map<std::size_t, Holder> find_holders(runtime::Context& context,
                                           std::span<const NewMemory* const> memories,
                                           Timestamp at) {
    std::vector<std::string> scopes;
    std::vector<pg::Bytes> hashes;
    std::vector<Uuid> ids;
    for (const NewMemory* m : memories) {
        scopes.push_back(m->scope);
        hashes.push_back({m->hash});
        ids.push_back(m->id);
    }
    std::map<std::size_t, Holder> out;
    const runtime::Caller& caller = context.caller;
    for (const pg::Row row : context.db.once(call_of(context), sql::find_holders, caller.org,
                                             caller.project, scopes, hashes, ids, at)) {
        if (!row.get<bool>(3))
            throw Error(Code::conflict,
                        fmt::format("id: {} is another memory's", row.get<Uuid>(1).text()),
                        "leave the id out, or update that memory");
        out[std::size_t(row.get<std::int64_t>(0) - 1)] = {row.get<Uuid>(1), row.get<bool>(2)};
    }
    return out;
}

// An earlier memory of the same text that has expired or ended becomes history.
void retire(runtime::Context& context, const Uuid& ended, const Uuid& successor, Timestamp at) {
    context.db.once(call_of(context), sql::retire, context.caller.org, context.caller.project,
                    ended, successor, at);
}

[[noreturn]] void too_busy() {
    throw Error(Code::conflict, "the same memory is being stored and forgotten at once",
                "try again", {}, true);
}

// Memories as one array a column.
struct Columns {
    explicit Columns(std::span<const NewMemory* const> memories) {
        for (const NewMemory* m : memories) add(*m);
    }

    std::vector<Uuid> ids;
    std::vector<std::string> scopes, instances, types, categories, sources, trusts, contents,
        retentions;
    std::vector<pg::Bytes> hashes;
    std::vector<pg::SparseVector> lexemes;
    std::vector<json::object> tags, metadata;
    std::vector<bool> pinned;
    std::vector<std::optional<std::string>> uris, commits, files, jobs, messages;
    std::vector<std::optional<Timestamp>> valid_from, valid_until, expires, created, updated;
    std::vector<std::optional<Uuid>> superseded;
    std::vector<std::int32_t> versions;

    void add(const NewMemory& m) {
        const StoreInput& in = m.input;
        ids.push_back(m.id);
        scopes.push_back(m.scope);
        instances.push_back(m.instance);
        types.push_back(in.type);
        categories.push_back(in.category);
        sources.push_back(in.source);
        trusts.emplace_back(reflect::name_of(in.trust));
        contents.push_back(in.content);
        retentions.emplace_back(reflect::name_of(in.retention));
        hashes.push_back({m.hash});
        lexemes.push_back(m.lexemes());
        tags.push_back(in.tags.empty() ? json::object{}
                                       : json::object{{"t", reflect::write(in.tags)}});
        metadata.push_back(in.metadata);
        pinned.push_back(in.pinned);
        uris.push_back(in.source_uri);
        commits.push_back(in.commit);
        files.push_back(in.file);
        jobs.push_back(in.job_id);
        messages.push_back(in.message_id);
        valid_from.push_back(in.valid_from);
        valid_until.push_back(in.valid_until);
        expires.push_back(m.expires);
        superseded.push_back(m.superseded_by);
        versions.push_back(m.version);
        created.emplace_back(m.created);
        updated.emplace_back(m.updated);
    }
};

// Splitting and stemming texts takes as long as inserting them: the server works on one part while
// the next is made ready.
constexpr std::size_t kPart = 250;

// Inserts what is new with its edges (and those of the memories it `retired`) and asks the backfill
// for its vectors, in one round trip. Returns what was new.
// `memories` are in the order of the unique index, so that two batches with the same texts wait for
// each other instead of dead-locking.
std::set<Uuid> insert_new(runtime::Context& context, std::span<const NewMemory* const> memories,
                          const std::vector<Uuid>& retired, bool enqueue) {
    const runtime::Caller& caller = context.caller;
    std::vector<Uuid> linked = retired;
    for (const NewMemory* m : memories)
        if (asks_for_edges(*m)) linked.push_back(m->id);
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        for (auto left = memories; !left.empty();
             left = left.subspan(std::min(kPart, left.size()))) {
            const Columns c(left.first(std::min(kPart, left.size())));
            p.add(sql::insert_batch, caller.org, caller.project, c.ids, c.scopes, c.instances,
                  c.types, c.categories, c.sources, c.trusts, c.contents, c.hashes, c.lexemes,
                  c.tags, c.metadata, c.pinned, c.uris, c.commits, c.files, c.jobs, c.messages,
                  c.valid_from, c.valid_until, c.expires, c.superseded, c.versions, c.created,
                  c.updated, c.retentions);
            if (enqueue) p.add(sql::enqueue, caller.org, caller.project, c.ids);
            p.send();
        }
        const auto add = [&](const auto&... args) { p.add(args...); };
        graph::project(add, caller, edge_source(), linked);
    });
    const std::size_t inserts = (memories.size() + kPart - 1) / kPart;
    std::set<Uuid> out;
    for (std::size_t i = 0; i < inserts; ++i)
        for (const pg::Row row : results[enqueue ? 2 * i : i]) out.insert(row.get<Uuid>(0));
    return out;
}

StoreOutput store_one(runtime::Context& context, const StoreInput& input) {
    const Timestamp at = now();
    const NewMemory m = prepare(context, input, at);
    const vectors::ActiveModel model =
        context.embedder ? vectors::active_model(context) : vectors::ActiveModel{};
    std::optional<std::vector<float>> vector;
    if (model.id) vector = vectors::embed_document(context, input.content);
    const runtime::Caller& caller = context.caller;
    std::vector<Uuid> linked;
    if (asks_for_edges(m)) linked.push_back(m.id);
    // The id is made here, so an insert that was lost with its connection is repeated safely: its
    // second run finds its own first one.
    for (int attempt = 0; attempt < limits::kRetries; ++attempt) {
        const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
            p.add(sql::insert, insert_params(p.types(), caller, m));
            const auto add = [&](const auto&... args) { p.add(args...); };
            add_vector_or_enqueue(add, caller, m.id, model.id, vector);
            graph::project(add, caller, edge_source(), linked);
        });
        if (!results.front().empty()) {
            if (retrieval::sampled(m.id)) request_indexing(context);
            return output_of(m, m.id, false);
        }
        const auto holders = find_holders(context, std::array{&m}, at);
        if (holders.empty()) continue;  // forgotten between the two statements
        const Holder& holder = holders.begin()->second;
        if (holder.id == m.id) return output_of(m, m.id, input.id.has_value());
        if (holder.live) return output_of(m, holder.id, true);
        retire(context, holder.id, m.id, at);
        linked = {holder.id, m.id};
    }
    too_busy();
}

}  // namespace

StoreOutput store(runtime::Context& context, const StoreInput& input) {
    SecretsFound secrets = judge_secrets(context, input);
    StoreOutput out = store_one(context, input);
    out.secrets = std::move(secrets);
    return out;
}

StoreBatchOutput insert_all(runtime::Context& context, const std::vector<NewMemory>& memories,
                            Timestamp at) {
    StoreBatchOutput out;
    const bool enqueue = context.embedder && vectors::active_model(context).id.has_value();
    std::map<Uuid, Uuid> held;  // ours → the one that has the text: ours, or an older one
    std::set<Uuid> stored;
    std::vector<const NewMemory*> left;
    std::vector<Uuid> retired;
    for (const NewMemory& m : memories) left.push_back(&m);
    std::ranges::sort(left, {}, [](const NewMemory* m) { return std::tie(m->scope, m->hash); });
    for (int attempt = 0; attempt < limits::kRetries && !left.empty(); ++attempt) {
        const std::set<Uuid> fresh = insert_new(context, left, retired, enqueue);
        for (const Uuid& id : fresh) held[id] = id;
        stored.insert(fresh.begin(), fresh.end());
        std::erase_if(left, [&](const NewMemory* m) { return fresh.contains(m->id); });
        if (left.empty()) break;
        std::vector<const NewMemory*> again;
        const auto holders = find_holders(context, left, at);
        for (std::size_t i = 0; i < left.size(); ++i) {
            const NewMemory& m = *left[i];
            const auto holder = holders.find(i);
            if (holder != holders.end() && (holder->second.live || holder->second.id == m.id)) {
                held[m.id] = holder->second.id;
                // Ours, though the insert did not say so: its first answer was lost.
                if (holder->second.id == m.id && !m.input.id) stored.insert(m.id);
                continue;
            }
            if (holder != holders.end()) {
                retire(context, holder->second.id, m.id, at);
                retired.push_back(holder->second.id);
            }
            again.push_back(&m);
        }
        left = std::move(again);
    }
    if (!left.empty()) too_busy();
    for (const NewMemory& m : memories) {
        (stored.erase(m.id) ? out.stored : out.duplicates) += 1;
        out.ids.push_back(held.at(m.id).text());
    }
    if (out.stored >= retrieval::kManyAtOnce) request_indexing(context);
    return out;
}

StoreBatchOutput store_batch(runtime::Context& context, const StoreBatchInput& input) {
    const Timestamp at = now();
    std::vector<NewMemory> memories;
    memories.reserve(input.memories.size());
    for (const StoreInput& memory : input.memories)
        memories.push_back(prepare(context, memory, at));
    SecretsFound secrets = judge_secrets(context, input);
    StoreBatchOutput out = insert_all(context, memories, at);
    out.secrets = std::move(secrets);
    return out;
}

}  // namespace stele::memory
