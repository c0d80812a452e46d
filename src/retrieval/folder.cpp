#include "retrieval/folder.hpp"

#include <algorithm>
#include <optional>

#include "pg/database.hpp"
#include "retrieval/sql.hpp"

namespace stele::retrieval {

namespace {

constexpr double kComeBackSeconds = 600;  // longer than the largest merge takes
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

}  // namespace

FoldStats fold_some(api::Context& context, std::span<const Source> sources) {
    FoldStats out;
    const std::optional<Due> due = take(context, sources);
    if (!due) return out;
    out.looked_at = 1;
    const auto& [tenant, source] = *due;
    const pg::Call call{tenant, context.deadline, context.cancelled};
    while (may_go_on(context)) {
        const std::optional<int> folded = context.db.transaction(
            call, [&](pg::Transaction& tx) { return fold(tx, tenant, *source); });
        if (!folded) {  // by somebody who forgets, most likely: that takes a moment
            context.db.once(call, sql::put_back_fold, tenant.org, tenant.project,
                            name_of(source->kind), kBusySeconds);
            break;
        }
        out.items += *folded;
        out.folds += *folded > 0;
        const int merged = context.db.transaction(
            call, [&](pg::Transaction& tx) { return merge(tx, tenant, source->kind); });
        out.merges += merged > 0;
        if (*folded > 0 || merged > 0) continue;
        context.db.once(call, sql::end_fold, tenant.org, tenant.project, name_of(source->kind));
        break;
    }
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
