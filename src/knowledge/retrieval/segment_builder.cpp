#include "knowledge/retrieval/segment_builder.hpp"

#include <algorithm>
#include <optional>

#include "foundation/base/error.hpp"
#include "foundation/pg/database.hpp"
#include "knowledge/retrieval/lists.hpp"
#include "knowledge/retrieval/sql.hpp"
#include "runtime/call.hpp"

namespace stele::retrieval {

namespace {

// What a worker has taken comes back after this, should it die. One that comes back too early does
// no harm: the lock of the segments is held, and it is put back.
constexpr double kComeBackSeconds = 60;
constexpr double kBusySeconds = 2;

struct Due {
    pg::Tenant tenant;
    const Source* source;
};

// A kind of the context's tenant.
std::optional<Due> take(runtime::Context& context, std::span<const Source> sources) {
    std::vector<std::string> kinds;
    for (const Source& source : sources) kinds.emplace_back(name_of(source.kind));
    const pg::Call call = runtime::call_of(context);
    const pg::Result rows = context.db.once(call, sql::take_request, call.tenant.org,
                                            call.tenant.project, kinds, kComeBackSeconds);
    if (rows.empty()) return std::nullopt;
    const auto source = std::ranges::find(sources, kind_of(rows[0].get<std::string>(0)),
                                          [](const Source& s) { return std::optional(s.kind); });
    return Due{call.tenant, &*source};
}

bool may_go_on(const runtime::Context& context) {
    return !context.cancelled.stop_requested() && time_left(context.deadline).count() > 0;
}

// Whether there is nothing left to do; nothing when somebody else is changing these segments.
std::optional<bool> step(runtime::Context& context, const Due& due, BuildStats& out) {
    const auto& [tenant, source] = due;
    const pg::Call call{tenant, context.deadline, context.cancelled};
    const std::optional<int> indexed = context.db.transaction(
        call, [&](pg::Transaction& tx) { return build_segment(tx, tenant, *source); });
    if (!indexed) return std::nullopt;
    out.items += *indexed;
    out.segments += *indexed > 0;
    const int merged = context.db.transaction(
        call, [&](pg::Transaction& tx) { return merge(tx, tenant, source->kind); });
    out.merges += merged > 0;
    if (*indexed > 0 || merged > 0) return false;
    const std::int64_t listed = tend_lists(context.db, call, source->kind);
    out.listed += listed;
    return listed == 0;
}

// Gives the place back, so that the next worker need not wait until it comes back by itself. Also
// when this one is being stopped.
void put_back(runtime::Context& context, const Due& due, double seconds) {
    context.db.once({due.tenant, deadline_in(std::chrono::seconds(2))}, sql::put_back_request,
                    due.tenant.org, due.tenant.project, name_of(due.source->kind), seconds);
}

// What is left of the tenant's kinds, in seconds.
std::optional<double> next_due(runtime::Context& context) {
    const pg::Call call = runtime::call_of(context);
    const pg::Result rows =
        context.db.once(call, sql::next_request, call.tenant.org, call.tenant.project);
    if (rows.empty()) return std::nullopt;
    return rows[0].get<double>(0);
}

background::Progress build_tenant(runtime::Context& context, std::span<const Source> sources,
                                  BuildStats& out) {
    const std::optional<Due> due = take(context, sources);
    if (!due) return {0, next_due(context)};
    ++out.looked_at;
    try {
        while (may_go_on(context)) {
            const std::optional<bool> done = step(context, *due, out);
            if (!done) {  // by somebody who forgets, most likely: that takes a moment
                put_back(context, *due, kBusySeconds);
                return {1, next_due(context)};
            }
            if (!*done) continue;
            context.db.once({due->tenant, context.deadline}, sql::end_request, due->tenant.org,
                            due->tenant.project, name_of(due->source->kind));
            return {1, next_due(context)};
        }
    } catch (const std::exception&) {
        put_back(context, *due, 0);
        throw;
    }
    put_back(context, *due, 0);
    return {1, 0};
}

background::Task task(std::span<const Source> sources, BuildStats& stats) {
    return {std::string(kSegmentsTask),
            [sources, &stats](runtime::Context& context) {
                return build_tenant(context, sources, stats);
            },
            {},
            kComeBackSeconds};
}

}  // namespace

background::Task segments_task(std::vector<Source> sources) {
    return {std::string(kSegmentsTask),
            [sources = std::move(sources)](runtime::Context& context) {
                BuildStats unused;
                return build_tenant(context, sources, unused);
            },
            {},
            kComeBackSeconds};
}

BuildStats build_all(runtime::Context& context, std::span<const Source> sources) {
    BuildStats all;
    const background::Task build = task(sources, all);
    while (may_go_on(context)) {
        if (!background::run_some(context, build)) break;
        if (context.progress) context.progress({double(all.items), 0, "indexed"});
    }
    return all;
}

}  // namespace stele::retrieval
