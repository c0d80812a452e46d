#include "retrieval/folder.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "pg/database.hpp"
#include "retrieval/lists.hpp"
#include "retrieval/sql.hpp"

namespace stele::retrieval {

namespace {

// A place that its worker has taken comes back after this, should it die. One that comes back too
// early does no harm: the lock of the segments is held, and it is put back.
constexpr double kComeBackSeconds = 60;
constexpr double kBusySeconds = 2;

struct Due {
    pg::Tenant tenant;
    const Source* source;
};

// A tenant and kind; the transaction itself has none, so it sees the queue and nothing else.
std::optional<Due> take(api::Context& context, std::span<const Source> sources) {
    std::vector<std::string> kinds;
    for (const Source& source : sources) kinds.emplace_back(name_of(source.kind));
    const auto results = context.db.pipeline({{}, context.deadline}, [&](pg::Pipeline& p) {
        p.add(sql::open_worker);
        p.add(sql::take_fold, kinds, kComeBackSeconds);
    });
    if (results[1].empty()) return std::nullopt;
    const pg::Row row = results[1][0];
    const auto source = std::ranges::find(sources, kind_of(row.get<std::string>(2)),
                                          [](const Source& s) { return std::optional(s.kind); });
    return Due{{row.get<Uuid>(0), row.get<Uuid>(1)}, &*source};
}

bool may_go_on(const api::Context& context) {
    return !context.cancelled.stop_requested() && time_left(context.deadline).count() > 0;
}

// Whether there is nothing left to do; nothing when somebody else is changing these segments.
std::optional<bool> step(api::Context& context, const Due& due, FoldStats& out) {
    const auto& [tenant, source] = due;
    const pg::Call call{tenant, context.deadline, context.cancelled};
    const std::optional<int> folded = context.db.transaction(
        call, [&](pg::Transaction& tx) { return fold(tx, tenant, *source); });
    if (!folded) return std::nullopt;
    out.items += *folded;
    out.folds += *folded > 0;
    const int merged = context.db.transaction(
        call, [&](pg::Transaction& tx) { return merge(tx, tenant, source->kind); });
    out.merges += merged > 0;
    if (*folded > 0 || merged > 0) return false;
    const std::int64_t listed = tend_lists(context.db, call, source->kind);
    out.listed += listed;
    return listed == 0;
}

// Gives the place back, so that the next worker need not wait until it comes back by itself. Also
// when this one is being stopped.
void put_back(api::Context& context, const Due& due, double seconds) {
    context.db.once({due.tenant, deadline_in(std::chrono::seconds(2))}, sql::put_back_fold,
                    due.tenant.org, due.tenant.project, name_of(due.source->kind), seconds);
}

}  // namespace

FoldStats fold_some(api::Context& context, std::span<const Source> sources) {
    FoldStats out;
    const std::optional<Due> due = take(context, sources);
    if (!due) return out;
    out.looked_at = 1;
    try {
        while (may_go_on(context)) {
            const std::optional<bool> done = step(context, *due, out);
            if (!done) {  // by somebody who forgets, most likely: that takes a moment
                put_back(context, *due, kBusySeconds);
                return out;
            }
            if (!*done) continue;
            context.db.once({due->tenant, context.deadline}, sql::end_fold, due->tenant.org,
                            due->tenant.project, name_of(due->source->kind));
            return out;
        }
    } catch (const Error&) {
        if (!context.cancelled.stop_requested()) throw;  // comes back, a little later
    }
    put_back(context, *due, 0);
    return out;
}

FoldStats fold_all(api::Context& context, std::span<const Source> sources) {
    FoldStats all;
    while (may_go_on(context)) {
        const FoldStats one = fold_some(context, sources);
        if (one.looked_at == 0) break;
        all.looked_at += one.looked_at;
        all.items += one.items;
        all.folds += one.folds;
        all.merges += one.merges;
        all.listed += one.listed;
        if (context.progress) context.progress({double(all.items), 0, "folded"});
    }
    return all;
}

Folder::Folder(api::Background::MakeContext make_context, std::vector<Source> sources)
    : sources_(std::move(sources)),
      background_(
          "segments wait", std::move(make_context),
          [this](api::Context& context) { return fold_some(context, sources_).looked_at; },
          api::Background::AtEnd::cancel_step) {}

}  // namespace stele::retrieval
