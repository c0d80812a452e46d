#include "work/jobs/schedules/schedules.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "knowledge/events/store.hpp"
#include "work/jobs/definitions/agent.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

namespace {

constexpr int kShown = 3;  // times of each schedule in an answer

// What its jobs are submitted with, but their name, queue and input.
json::object options_of(const ScheduleInput& in) {
    SubmitInput job;
    job.version = in.version;
    job.group = in.group;
    job.priority = in.priority;
    job.max_attempts = in.max_attempts;
    job.lease_seconds = in.lease_seconds;
    job.backoff_seconds = in.backoff_seconds;
    job.backoff_cap = in.backoff_cap;
    job.origin = in.origin;
    job.metadata = in.metadata;
    job.retention = in.retention;
    json::object out = reflect::write(job).as_object();
    for (const char* own : {"name", "queue", "input"}) out.erase(own);
    return out;
}

[[noreturn]] void no_such_schedule(const std::string& name) {
    throw Error(Code::not_found, fmt::format("there is no schedule \"{}\"", name),
                "`stele job schedules` shows what there is");
}

Schedule read_schedule(const pg::Row& row) {
    using Text = std::optional<std::string>;
    Schedule out;
    out.name = row.get<std::string>(0);
    out.kind = reflect::enum_of<WhenKind>(row.raw(1)).value_or(WhenKind::cron);
    out.expression = row.get<std::string>(2);
    out.timezone = row.get<std::string>(3);
    out.job = row.get<std::string>(4);
    if (const auto queue = row.get<std::string>(5); !queue.empty()) out.queue = queue;
    out.overlap = reflect::enum_of<Overlap>(row.raw(6)).value_or(Overlap::skip);
    out.catch_up = reflect::enum_of<CatchUp>(row.raw(7)).value_or(CatchUp::one);
    out.paused = row.get<bool>(8);
    out.next_at = row.get<std::optional<Timestamp>>(9);
    out.last_at = row.get<std::optional<Timestamp>>(10);
    if (const auto id = row.get<std::optional<Uuid>>(11)) out.last_job_id = id->text();
    out.note = row.get<Text>(12);
    out.created_at = row.get<Timestamp>(13);
    out.fired = row.get<std::int64_t>(14);
    out.input = row.get<std::optional<json::value>>(15);
    return out;
}

// With the times that follow the one it is due at.
void add_times(pg::Transaction& tx, Schedule& schedule) {
    if (!schedule.next_at || schedule.paused) return;
    const When when = parse_when(schedule.kind, schedule.expression);
    schedule.next =
        Clock{tx, schedule.timezone}.after(when, *schedule.next_at, *schedule.next_at, kShown - 1);
    schedule.next.insert(schedule.next.begin(), *schedule.next_at);
}

Schedule find_schedule(pg::Transaction& tx, const runtime::Caller& caller,
                       const std::string& name) {
    const pg::Result rows =
        tx.query(sql::schedules, caller.org, caller.project, std::optional(name), std::string(), 1);
    if (rows.empty()) no_such_schedule(name);
    Schedule out = read_schedule(rows[0]);
    add_times(tx, out);
    return out;
}

// To who watches: that an agent's schedule came or went. The last thing in a transaction.
void announce_change(pg::Transaction& tx, const runtime::Caller& caller, std::string_view job,
                     std::string type, const std::string& name) {
    if (job == kAgentJob)
        events::announce(tx, caller, {{std::move(type), json::object{{"name", name}}, {}, {}}});
}

Timestamp database_now(pg::Transaction& tx) {
    return tx.query(sql::database_now)[0].get<Timestamp>(0);
}

// The first time of a schedule that begins now.
std::optional<Timestamp> first_time(Clock clock, const When& when, Timestamp at) {
    Timestamp anchor = at;
    if (when.kind == WhenKind::every)
        anchor.micros += std::chrono::microseconds(when.every).count();
    const auto times = clock.after(when, anchor, at, 1);
    return times.empty() ? std::nullopt : std::optional(times.front());
}

Schedule set_paused(runtime::Context& context, const std::string& name, bool paused) {
    const runtime::Caller& caller = context.caller;
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const pg::Result held = tx.query(sql::hold_schedule, caller.org, caller.project, name);
        if (held.empty()) no_such_schedule(name);
        const Schedule was = read_schedule(held[0]);
        std::optional<Timestamp> next = was.next_at;
        const Timestamp at = database_now(tx);
        if (!paused && was.paused && next && was.kind != WhenKind::at)
            next = Clock{tx, was.timezone}
                       .after(parse_when(was.kind, was.expression), *next, at, 1)
                       .front();
        tx.query(sql::set_schedule_paused, caller.org, caller.project, name, paused, next);
        return find_schedule(tx, caller, name);
    });
}

}  // namespace

Schedule schedule(runtime::Context& context, const ScheduleInput& input) {
    const runtime::Caller& caller = context.caller;
    const When when = parse_when(input.schedule);
    std::optional<std::string> job_input;
    if (!input.input.is_null()) job_input = serialize(input.input);
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const std::string zone = zone_of(tx, input.timezone);
        const Timestamp at = database_now(tx);
        const pg::Result held =
            tx.query(sql::hold_schedule, caller.org, caller.project, input.name);
        std::optional<Timestamp> next;
        bool same = false;
        if (!held.empty()) {
            const Schedule was = read_schedule(held[0]);
            same =
                was.kind == when.kind && was.expression == when.expression && was.timezone == zone;
            next = was.next_at;
        }
        if (!same) next = first_time({tx, zone}, when, at);
        if (!next && !same)
            throw Error(Code::invalid_argument,
                        fmt::format("schedule: at: {} has passed", when.expression),
                        "`stele job submit` asks for a job now");
        tx.query(sql::set_schedule, caller.org, caller.project, input.name,
                 reflect::name_of(when.kind), when.expression, zone, input.queue.value_or(""),
                 input.job.value_or(input.name), job_input, options_of(input),
                 reflect::name_of(input.overlap), reflect::name_of(input.catch_up), next,
                 caller.instance);
        Schedule out = find_schedule(tx, caller, input.name);
        announce_change(tx, caller, out.job, "cron.added", out.name);
        return out;
    });
}

SchedulesOutput schedules(runtime::Context& context, const SchedulesInput& input) {
    const runtime::Caller& caller = context.caller;
    pg::Call call = call_of(context);
    call.snapshot = true;
    return context.db.transaction(call, [&](pg::Transaction& tx) {
        SchedulesOutput out;
        for (const pg::Row row : tx.query(sql::schedules, caller.org, caller.project, input.name,
                                          input.cursor.value_or(""), input.limit + 1)) {
            if (int(out.schedules.size()) == input.limit) {
                out.next_cursor = out.schedules.back().name;
                break;
            }
            out.schedules.push_back(read_schedule(row));
            add_times(tx, out.schedules.back());
        }
        return out;
    });
}

UnscheduleOutput unschedule(runtime::Context& context, const ScheduleNameInput& input) {
    const runtime::Caller& caller = context.caller;
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) -> UnscheduleOutput {
        const pg::Result gone = tx.query(sql::unschedule, caller.org, caller.project, input.name);
        if (gone.empty()) return {input.name, false};
        announce_change(tx, caller, gone[0].raw(0), "cron.removed", input.name);
        return {input.name, true};
    });
}

Schedule pause_schedule(runtime::Context& context, const ScheduleNameInput& input) {
    return set_paused(context, input.name, true);
}

Schedule resume_schedule(runtime::Context& context, const ScheduleNameInput& input) {
    return set_paused(context, input.name, false);
}

ScheduleNextOutput schedule_next(runtime::Context& context, const ScheduleNextInput& input) {
    const When when = parse_when(input.schedule);
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        ScheduleNextOutput out;
        out.kind = when.kind;
        out.expression = when.expression;
        out.timezone = zone_of(tx, input.timezone);
        const Timestamp from = input.from.value_or(database_now(tx));
        Timestamp anchor = from;
        anchor.micros += std::chrono::microseconds(when.every).count();
        out.next = Clock{tx, out.timezone}.after(when, anchor, from, input.count);
        return out;
    });
}

}  // namespace stele::jobs
