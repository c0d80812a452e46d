#include "foundation/base/error.hpp"
#include "runtime/notifier.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

namespace {

// What is to change; absent: it stays.
struct Switches {
    std::optional<bool> paused, draining;
};

Queue read_queue(const pg::Row& row) {
    using Number = std::optional<std::int32_t>;
    Queue out;
    out.queue = row.get<std::string>(0);
    out.paused = row.get<bool>(1);
    out.draining = row.get<bool>(2);
    out.fair = row.get<bool>(3);
    out.max_running = row.get<Number>(4);
    out.max_running_per_group = row.get<Number>(5);
    out.rate_limit = row.get<Number>(6);
    out.rate_seconds = row.get<Number>(7);
    out.lease_seconds = row.get<Number>(8);
    out.max_attempts = row.get<Number>(9);
    out.backoff_seconds = row.get<Number>(10);
    out.backoff_cap = row.get<Number>(11);
    out.ready = row.get<std::int64_t>(12);
    out.delayed = row.get<std::int64_t>(13);
    out.running = row.get<std::int64_t>(14);
    out.waiting = row.get<std::int64_t>(15);
    out.oldest_ready = row.get<std::optional<Timestamp>>(16);
    return out;
}

Queue change(runtime::Context& context, const QueueInput& in, const Switches& switches) {
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::set_queue, caller.org, caller.project, in.queue, in.max_running,
              in.max_running_per_group, in.rate_limit, in.rate_seconds, in.lease_seconds,
              in.max_attempts, in.backoff_seconds, in.backoff_cap, in.fair, switches.paused,
              switches.draining);
        if (in.max_running || in.max_running_per_group || in.rate_limit || in.fair)
            p.add(sql::count_limited, caller.org, caller.project, in.queue);
        p.add(sql::queues, caller.org, caller.project, in.queue);
    });
    if (in.queue == kAllQueues) {
        for (const Queue& one : queues(context, {}).queues)
            if (one.ready > 0) wake(context, one.queue, runtime::Notifier::kAll);
        return read_queue(results.back()[0]);
    }
    Queue out = read_queue(results.back()[0]);
    if (!out.paused && out.ready > 0) wake(context, in.queue, runtime::Notifier::kAll);
    return out;
}

// Turns, groups and defaults are a queue's own.
void check_all(const QueueInput& in) {
    if (in.fair || in.max_running_per_group || in.lease_seconds || in.max_attempts ||
        in.backoff_seconds || in.backoff_cap)
        throw Error(Code::invalid_argument,
                    "queue: all queues together (*) have maxRunning and rateLimit alone",
                    "name one queue for its turns, groups and defaults");
}

QueueInput named(const std::string& queue) {
    QueueInput out;
    out.queue = queue;
    return out;
}

}  // namespace

Queue set_queue(runtime::Context& context, const QueueInput& input) {
    if (input.queue == kAllQueues) check_all(input);
    return change(context, input, {});
}

Queue pause(runtime::Context& context, const QueueNameInput& input) {
    return change(context, named(input.queue), {.paused = true, .draining = {}});
}

Queue resume_queue(runtime::Context& context, const QueueNameInput& input) {
    return change(context, named(input.queue), {.paused = false, .draining = {}});
}

Queue drain(runtime::Context& context, const DrainInput& input) {
    if (input.queue == kAllQueues)
        throw Error(Code::invalid_argument, "queue: * cannot be drained",
                    "name the queue that goes away");
    return change(context, named(input.queue), {.paused = {}, .draining = !input.off});
}

QueuesOutput queues(runtime::Context& context, const QueuesInput& input) {
    QueuesOutput out;
    for (const pg::Row row : context.db.once(call_of(context), sql::queues, context.caller.org,
                                             context.caller.project, input.queue))
        out.queues.push_back(read_queue(row));
    return out;
}

}  // namespace stele::jobs
