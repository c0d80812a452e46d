#include "work/jobs/history/read.hpp"

#include <utility>

#include "foundation/base/error.hpp"
#include "work/jobs/sql.hpp"

namespace stele::jobs {

namespace {

std::optional<std::string> id_text(const pg::Row& row, int column) {
    const auto id = row.get<std::optional<Uuid>>(column);
    return id ? std::optional(id->text()) : std::nullopt;
}

// The first id that a job submitted then could have.
Uuid first_id_at(Timestamp at) {
    Uuid out;
    const auto millis = std::uint64_t(std::max<std::int64_t>(at.micros / 1000, 0));
    for (int i = 0; i < 6; ++i) out.bytes[std::size_t(i)] = std::uint8_t(millis >> (40 - 8 * i));
    return out;
}

pg::Result page(runtime::Context& context, const ListInput& in) {
    const runtime::Caller& caller = context.caller;
    // Bounds that are always there are what an index can answer.
    Uuid before, from;
    before.bytes.fill(0xFF);
    std::optional<Uuid> parent;
    if (in.cursor) before = id_of(*in.cursor);
    if (in.since) from = first_id_at(*in.since);
    if (in.parent_id) parent = id_of(*in.parent_id);
    const auto ask = [&](const pg::Statement& statement, const auto& last) {
        return context.db.once(call_of(context), statement, caller.org, caller.project, before,
                               from, in.queue, in.name, in.group, parent, in.limit + 1, last);
    };
    using States = std::vector<std::string>;
    if (!in.status) return ask(sql::list, false);
    switch (*in.status) {
        case Status::queued:
            return ask(sql::list_live, States{"ready", "delayed"});
        case Status::running:
            return ask(sql::list_live, States{"running"});
        case Status::waiting:
            return ask(sql::list_live, States{"waiting"});
        case Status::complete:
            return ask(sql::list, true);
        case Status::failed:
        case Status::stopped:
            break;
    }
    return ask(sql::list_ended, reflect::name_of(*in.status));
}

std::vector<PlannedStep> read_plan(const pg::Result& rows, Status status) {
    std::vector<PlannedStep> out;
    bool begun = status != Status::running;  // or the one that is under way was found
    for (const pg::Row row : rows) {
        PlannedStep step;
        step.step = row.get<std::string>(0);
        step.task = row.get<std::string>(1);
        if (!row.is_null(2))
            step.status = row.raw(2) == "failed" ? StepState::failed : StepState::completed;
        else if (!std::exchange(begun, true))
            step.status = StepState::in_progress;
        out.push_back(std::move(step));
    }
    return out;
}

}  // namespace

Job read_job(const pg::Row& row) {
    Job out;
    out.id = row.get<Uuid>(0).text();
    out.queue = row.get<std::string>(1);
    out.name = row.get<std::string>(2);
    out.version = row.get<std::int32_t>(3);
    out.status = reflect::enum_of<Status>(row.raw(4)).value_or(Status::queued);
    out.key = row.get<std::optional<std::string>>(5);
    out.parent_id = id_text(row, 6);
    out.root_id = id_text(row, 7);
    out.retry_of = id_text(row, 8);
    out.forked_from = id_text(row, 9);
    out.from_point = row.get<std::optional<std::string>>(10);
    out.group = row.get<std::string>(11);
    out.priority = row.get<std::int32_t>(12);
    out.attempts = row.get<std::int32_t>(13);
    out.generation = row.get<std::int32_t>(14);
    out.max_attempts = row.get<std::optional<std::int32_t>>(15);
    out.worker = row.get<std::optional<std::string>>(16);
    out.error = row.get<std::optional<std::string>>(18);
    out.stop_reason = row.get<std::optional<std::string>>(19);
    out.open_children = row.get<std::optional<std::int32_t>>(20);
    out.instance = row.get<std::string>(21);
    out.created_at = row.get<Timestamp>(22);
    out.run_at = row.get<std::optional<Timestamp>>(23);
    out.started_at = row.get<std::optional<Timestamp>>(24);
    out.ended_at = row.get<std::optional<Timestamp>>(25);
    out.lease_until = row.get<std::optional<Timestamp>>(26);
    out.retention = reflect::enum_of<Retention>(row.raw(27)).value_or(Retention::standard);
    if (row.is_null(28)) return out;
    if (row.raw(28) == "running") out.status = Status::running;
    if (row.raw(28) == "waiting") {
        out.status = Status::waiting;
        out.waits_for = row.get<std::optional<std::string>>(17);
    }
    return out;
}

Signal read_signal(const pg::Row& row) {
    Signal out;
    out.name = row.get<std::string>(1);
    if (!row.is_null(2)) out.payload = row.get<json::value>(2);
    out.sent_by = row.get<std::string>(3);
    out.sent_at = row.get<Timestamp>(4);
    return out;
}

Job get(runtime::Context& context, const IdInput& input) {
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::get, caller.org, caller.project, id_of(input.id));
        p.add(sql::steps_planned, caller.org, caller.project, id_of(input.id));
    });
    if (results[0].empty()) no_such_job(input.id);
    const pg::Row row = results[0][0];
    Job out = read_job(row);
    out.input = row.get<std::optional<json::value>>(29);
    out.output = row.get<std::optional<json::value>>(30);
    out.metadata = row.get<std::optional<json::value>>(31);
    out.origin = row.get<std::optional<json::value>>(32);
    out.usage = row.get<std::optional<json::value>>(33);
    if (!results[1].empty()) out.plan = read_plan(results[1], out.status);
    return out;
}

ListOutput list(runtime::Context& context, const ListInput& input) {
    ListOutput out;
    for (const pg::Row row : page(context, input)) {
        if (int(out.jobs.size()) == input.limit) {
            out.next_cursor = out.jobs.back().id;
            break;
        }
        out.jobs.push_back(read_job(row));
    }
    return out;
}

}  // namespace stele::jobs
