#include <map>
#include <mutex>
#include <tuple>

#include "foundation/base/limits.hpp"
#include "foundation/embed/embedder.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/memory/sql.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/vectors/model.hpp"
#include "runtime/background/dead_letters.hpp"

namespace stele::memory {

namespace {

using Key = std::tuple<std::uint64_t, Uuid, Uuid>;  // Database::id() and the tenant

// Large tenants' counts, kept by this process.
constexpr std::size_t kTenantsKept = 1'000;
std::mutex kept_mutex;
std::map<Key, StatsOutput> kept;

std::optional<StatsOutput> find_kept(const Key& key) {
    const std::lock_guard lock(kept_mutex);
    const auto found = kept.find(key);
    if (found == kept.end()) return std::nullopt;
    if (now().micros - found->second.counted_at.micros > limits::kStatsKept.count()) {
        kept.erase(found);
        return std::nullopt;
    }
    return found->second;
}

void keep(const Key& key, const StatsOutput& counts) {
    const std::lock_guard lock(kept_mutex);
    if (kept.size() == kTenantsKept) kept.clear();
    kept[key] = counts;
}

StatsOutput counted(runtime::Context& context) {
    const runtime::Caller& caller = context.caller;
    const vectors::ActiveModel model = vectors::active_model(context);
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::stats, caller.org, caller.project, now(), model.id.value_or(0));
        p.add(sql::stats_groups, caller.org, caller.project);
        background::ask_dead_count(p, {caller.org, caller.project}, kEmbeddingTask);
    });
    const pg::Row row = results[0][0];
    StatsOutput out;
    out.counted_at = now();
    out.total = row.get<std::int64_t>(0);
    out.live = row.get<std::int64_t>(1);
    out.superseded = row.get<std::int64_t>(2);
    out.expired = row.get<std::int64_t>(3);
    out.pinned = row.get<std::int64_t>(4);
    out.bytes = row.get<std::int64_t>(5);
    out.with_vector = row.get<std::int64_t>(6);
    out.oldest = row.get<std::optional<Timestamp>>(7);
    out.newest = row.get<std::optional<Timestamp>>(8);
    out.waiting_for_vector = row.get<std::int64_t>(9);
    out.dead_letters = results[2][0].get<std::int64_t>(0);
    out.embedder = context.embedder ? context.embedder->info().name : "none";
    for (const pg::Row group : results[1]) {
        const std::string kind = group.get<std::string>(0);
        auto& counts = kind == "category" ? out.by_category
                       : kind == "scope"  ? out.by_scope
                                          : out.by_source;
        counts.push_back({group.get<std::string>(1), group.get<std::int64_t>(2)});
    }
    return out;
}

}  // namespace

StatsOutput stats(runtime::Context& context) {
    const Key key{context.db.id(), context.caller.org, context.caller.project};
    if (auto known = find_kept(key)) return *known;
    const StatsOutput out = counted(context);
    if (out.total > limits::kStatsCounted) keep(key, out);
    return out;
}

}  // namespace stele::memory
