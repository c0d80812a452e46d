#include <fmt/format.h>

#include <limits>

#include "foundation/base/error.hpp"
#include "knowledge/graph/store.hpp"
#include "work/jobs/edges.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

namespace {

struct Copy {
    std::string id;
    std::optional<int> checkpoint;
    std::optional<std::string> step;
    bool retry = false;
    std::optional<std::string> input;
};

// Finished steps before `steps` and safe checkpoints up to `checkpoints` come along.
struct Point {
    int steps = std::numeric_limits<int>::max();
    int checkpoints = std::numeric_limits<int>::max();
    std::string name = "end";
};

Point point_of(pg::Transaction& tx, const runtime::Caller& caller, const Copy& copy) {
    if (copy.checkpoint && copy.step)
        throw Error(Code::invalid_argument, "checkpoint, step: expected one of the two",
                    "leave one of them out");
    const pg::Result rows = tx.query(sql::point_of, caller.org, caller.project, id_of(copy.id),
                                     copy.checkpoint, copy.step);
    if (rows.empty()) no_such_job(copy.id);
    const pg::Row row = rows[0];
    if (copy.retry && row.raw(0) == "queued")
        throw Error(Code::conflict,
                    fmt::format("job {} has not ended: there is nothing to resume", copy.id),
                    "`stele job fork` branches off a live job");
    Point out;
    if (copy.checkpoint) {
        if (row.is_null(1))
            throw Error(Code::not_found,
                        fmt::format("checkpoint: job {} has none at {}", copy.id, *copy.checkpoint),
                        "`stele job checkpoints ID` shows them");
        if (!row.get<bool>(2))
            throw Error(Code::conflict,
                        fmt::format("checkpoint: {} is not safe to resume from", *copy.checkpoint),
                        "`stele job checkpoints ID` shows the latest that is");
        out.steps = out.checkpoints = *copy.checkpoint;
        out.name = fmt::format("checkpoint:{}", *copy.checkpoint);
    } else if (copy.step) {
        if (row.is_null(3))
            throw Error(Code::not_found,
                        fmt::format("step: job {} has no step \"{}\"", copy.id, *copy.step),
                        "`stele job steps ID` shows them");
        out.steps = row.get<std::int32_t>(3);
        out.checkpoints = out.steps;
        out.name = "step:" + *copy.step;
    }
    return out;
}

CopyOutput make(runtime::Context& context, const Copy& copy) {
    const runtime::Caller& caller = context.caller;
    const Uuid from = id_of(copy.id), id = Uuid::v7();
    std::string queue;
    CopyOutput out;
    out.id = id.text();
    pg::Call call = call_of(context);
    call.repeatable = false;
    context.db.transaction(call, [&](pg::Transaction& tx) {
        const Point point = point_of(tx, caller, copy);
        const pg::Result made = tx.query(sql::copy_job, caller.org, caller.project, from, id,
                                         copy.retry, point.name, copy.input, caller.instance);
        queue = made[0].get<std::string>(0);
        out.from = point.name;
        out.steps = int(tx.query(sql::copy_steps, caller.org, caller.project, from, id, point.steps)
                            .affected());
        tx.query(sql::copy_checkpoints, caller.org, caller.project, from, id, point.checkpoints);
        if (copy.retry) tx.query(sql::copy_signals, caller.org, caller.project, from, id);
        graph::project([&](const auto&... args) { tx.query(args...); }, caller, job_edges(), {id});
    });
    wake(context, queue, 1);
    return out;
}

}  // namespace

CopyOutput resume(runtime::Context& context, const ResumeInput& input) {
    return make(context, {input.id, input.checkpoint, input.step, true, {}});
}

CopyOutput fork(runtime::Context& context, const ForkInput& input) {
    std::optional<std::string> other;
    if (!input.input.is_null()) other = serialize(input.input);
    return make(context, {input.id, input.checkpoint, input.step, false, std::move(other)});
}

}  // namespace stele::jobs
