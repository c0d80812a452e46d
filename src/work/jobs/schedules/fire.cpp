#include "work/jobs/schedules/fire.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/redact.hpp"
#include "knowledge/events/store.hpp"
#include "work/jobs/definitions/agent.hpp"
#include "work/jobs/queue/submit.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/schedules/heartbeat.hpp"
#include "work/jobs/schedules/schedules.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

namespace {

// A schedule that is due, held by this transaction.
struct Due {
    std::string name, timezone, queue, job;
    When when;
    json::value input;
    json::object options;
    Overlap overlap = Overlap::skip;
    CatchUp catch_up = CatchUp::one;
    Timestamp next_at, now;
    std::string instance;
    bool last_lives = false;
};

Due read_due(const pg::Row& row, const std::string& name) {
    Due out;
    out.name = name;
    out.timezone = row.get<std::string>(2);
    out.queue = row.get<std::string>(3);
    out.job = row.get<std::string>(4);
    if (!row.is_null(5)) out.input = row.get<json::value>(5);
    out.options = row.get<json::object>(6);
    out.overlap = reflect::enum_of<Overlap>(row.raw(7)).value_or(Overlap::skip);
    out.catch_up = reflect::enum_of<CatchUp>(row.raw(8)).value_or(CatchUp::one);
    out.next_at = row.get<Timestamp>(9);
    out.now = row.get<Timestamp>(10);
    out.instance = row.get<std::string>(11);
    out.last_lives = row.get<bool>(12);
    out.when = parse_when(reflect::enum_of<WhenKind>(row.raw(0)).value_or(WhenKind::cron),
                          row.get<std::string>(1));
    return out;
}

struct Times {
    std::vector<Timestamp> to_submit;
    std::optional<std::string> note;  // why there is none
};

Times times_of(Clock& clock, const Due& due) {
    Times out;
    const int most = due.catch_up == CatchUp::all ? limits::kCatchUp : 1;
    out.to_submit = clock.between(due.when, due.next_at, due.now, most);
    if (out.to_submit.empty()) return out;
    const Timestamp last = out.to_submit.back();
    if (due.catch_up == CatchUp::none &&
        due.now.micros - last.micros > std::int64_t(limits::kMissedSeconds) * 1'000'000) {
        out.note = fmt::format("{} was missed", to_rfc3339(last));
        out.to_submit.clear();
    } else if (due.overlap == Overlap::skip) {
        if (due.last_lives) {
            out.note = fmt::format("{} was skipped: the job before still lives", to_rfc3339(last));
            out.to_submit.clear();
        } else {
            out.to_submit = {last};
        }
    }
    return out;
}

SubmitInput job_of(const Due& due, Timestamp at) {
    json::object described = due.options;
    described["name"] = due.job;
    auto out = reflect::read<SubmitInput>(described);
    if (!due.queue.empty()) out.queue = due.queue;
    out.input = due.input;
    out.key = fmt::format("schedule:{}@{}", due.name, to_rfc3339(at));
    if (!out.origin) out.origin.emplace();
    (*out.origin)["triggerType"] = "cron";
    (*out.origin)["schedule"] = due.name;
    (*out.origin)["dueAt"] = to_rfc3339(at);
    return out;
}

// What a heartbeat's job is told beside its own input.
void add_items(json::value& input, const std::vector<WakeItem>& items) {
    if (!input.is_object()) {
        json::value own = std::move(input);
        input = json::object{};
        if (!own.is_null()) input.as_object()["input"] = std::move(own);
    }
    json::array& all = input.as_object()["wakeItems"].emplace_array();
    for (const WakeItem& item : items) all.push_back(reflect::write(item));
}

// Submits the jobs of a schedule's times. The last of a heartbeat takes along what waits, unless
// it was submitted before: then the items stay.
Submitted submit_times(pg::Transaction& tx, const runtime::Caller& caller, const Due& due,
                       const std::vector<Timestamp>& times) {
    const pg::Tenant tenant{caller.org, caller.project};
    SubmitBatchInput batch;
    for (const Timestamp at : times) batch.jobs.push_back(job_of(due, at));
    std::vector<WakeItem> items;
    if (due.name == kHeartbeat && !times.empty()) {
        items = hold_wake_items(tx, tenant);
        add_items(batch.jobs.back().input, items);
    }
    Submitted made = submit_within(tx, caller, batch);
    if (!items.empty() && !made.jobs.back().duplicate) take_wake_items(tx, tenant, items);
    return made;
}

// To who watches: what an agent's schedule did when its time came. The last thing in a transaction.
void announce_time(pg::Transaction& tx, const runtime::Caller& caller, const Due& due,
                   const std::optional<Uuid>& job, const std::optional<std::string>& note) {
    const bool heartbeat = due.name == kHeartbeat;
    events::Announcement said;
    said.job = job;
    said.data["name"] = due.name;
    if (job) {
        said.type = heartbeat ? "heartbeat.tick" : "cron.fired";
        said.data["jobId"] = job->text();
    } else {
        said.type = heartbeat ? "heartbeat.skip" : "cron.skipped";
        if (note) said.data["reason"] = *note;
    }
    events::announce(tx, caller, {said});
}

// All of it or nothing: the jobs are there and the schedule has moved on. Nothing when another
// process has it or it is not due any more.
std::vector<std::string> fire(runtime::Context& context, const pg::Call& call,
                              const std::string& name) {
    return context.db.transaction(call, [&](pg::Transaction& tx) -> std::vector<std::string> {
        const pg::Tenant& tenant = call.tenant;
        const auto opened = tx.pipeline([&](pg::Pipeline& p) {
            p.add(sql::plan);
            p.add(sql::open_schedule, tenant.org, tenant.project, name);
        });
        if (opened[1].empty()) return {};
        const Due due = read_due(opened[1][0], name);
        runtime::Caller caller = context.caller;
        caller.org = tenant.org;
        caller.project = tenant.project;
        caller.instance = due.instance;
        Clock clock{tx, due.timezone};
        const Times times = times_of(clock, due);
        std::vector<Timestamp> next;
        if (due.when.kind != WhenKind::at) next = clock.after(due.when, due.next_at, due.now, 1);
        const Submitted made = submit_times(tx, caller, due, times.to_submit);
        std::optional<Timestamp> last;
        std::optional<Uuid> job;
        if (!made.jobs.empty()) {
            last = times.to_submit.back();
            job = id_of(made.jobs.back().id);
        }
        tx.query(sql::move_schedule, tenant.org, tenant.project, name,
                 next.empty() ? std::nullopt : std::optional(next.front()), last, job, times.note);
        if (due.job == kAgentJob) announce_time(tx, caller, due, job, times.note);
        return made.queues;
    });
}

bool is_passing(Code code) {
    return code == Code::unavailable || code == Code::deadline_exceeded || code == Code::cancelled;
}

}  // namespace

void fire_now(runtime::Context& context, const std::string& name) {
    const runtime::Caller& caller = context.caller;
    const pg::Call call = call_of(context);
    context.db.once(call, sql::make_due, caller.org, caller.project, name);
    for (const std::string& queue : fire(context, call, name)) wake(context, queue, 1);
}

int fire_schedules(runtime::Context& context, int most) {
    const pg::Result due = context.db.once({{}, context.deadline}, sql::due_schedules, most);
    for (const pg::Row row : due) {
        const pg::Tenant tenant{row.get<Uuid>(0), row.get<Uuid>(1)};
        const auto name = row.get<std::string>(2);
        const pg::Call call{tenant, context.deadline, context.cancelled};
        try {
            for (const std::string& queue : fire(context, call, name))
                wake(context, tenant.org, tenant.project, queue, 1);
        } catch (const Error& error) {
            if (is_passing(error.code())) throw;
            // One that cannot be submitted does not keep the others from it.
            log::warn("schedule \"{}\" waits: {}", name, error.what());
            context.db.once(call, sql::put_off_schedule, tenant.org, tenant.project, name,
                            redact(error.what()));
        }
    }
    return due.rows();
}

}  // namespace stele::jobs
