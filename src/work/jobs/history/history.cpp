#include <algorithm>

#include "foundation/base/error.hpp"
#include "work/jobs/history/read.hpp"
#include "work/jobs/sql.hpp"

namespace stele::jobs {

namespace {

using Text = std::optional<std::string>;

void need(runtime::Context& context, const std::string& id) {
    if (context.db
            .once(call_of(context), sql::life, context.caller.org, context.caller.project,
                  id_of(id))
            .empty())
        no_such_job(id);
}

pg::Result of_job(runtime::Context& context, const pg::Statement& statement,
                  const std::string& id) {
    pg::Result rows = context.db.once(call_of(context), statement, context.caller.org,
                                      context.caller.project, id_of(id));
    if (rows.empty()) need(context, id);
    return rows;
}

bool wanted(const EventsInput& input, const Event& event) {
    return event.seq > input.after_seq &&
           (input.types.empty() || std::ranges::find(input.types, event.type) != input.types.end());
}

Event read_event(const pg::Row& row) {
    Event out;
    out.seq = row.get<std::int32_t>(0);
    out.type = row.get<std::string>(1);
    out.step = row.get<Text>(2);
    out.payload = row.get<std::optional<json::value>>(3);
    out.at = row.get<Timestamp>(4);
    return out;
}

Step read_step(const pg::Row& row) {
    Step out;
    out.name = row.get<std::string>(0);
    out.seq = row.get<std::int32_t>(1);
    out.attempt = row.get<std::int32_t>(2);
    out.status = reflect::enum_of<StepStatus>(row.raw(3)).value_or(StepStatus::complete);
    out.title = row.get<Text>(4);
    out.output = row.get<std::optional<json::value>>(5);
    out.error = row.get<Text>(6);
    out.started_at = row.get<Timestamp>(7);
    out.ended_at = row.get<Timestamp>(8);
    return out;
}

Attempt read_attempt(const pg::Row& row) {
    Attempt out;
    out.attempt = row.get<std::int32_t>(0);
    out.generation = row.get<std::int32_t>(1);
    out.outcome = row.get<std::string>(2);
    out.worker = row.get<Text>(3);
    out.started_at = row.get<std::optional<Timestamp>>(4);
    out.ended_at = row.get<Timestamp>(5);
    out.error = row.get<Text>(6);
    out.retry_at = row.get<std::optional<Timestamp>>(7);
    return out;
}

}  // namespace

Artifact read_artifact(const pg::Row& row) {
    Artifact out;
    out.id = row.get<Uuid>(0).text();
    out.job_id = row.get<Uuid>(1).text();
    out.step = row.get<Text>(2);
    out.uri = row.get<std::string>(3);
    out.sha256 = row.get<std::string>(4);
    out.bytes = row.get<std::int64_t>(5);
    out.media_type = row.get<std::string>(6);
    out.retention_class = reflect::enum_of<Retention>(row.raw(7)).value_or(Retention::standard);
    out.redaction_status = reflect::enum_of<Redaction>(row.raw(8)).value_or(Redaction::unknown);
    if (!row.is_null(9)) out.verified = reflect::enum_of<Verified>(row.raw(9));
    out.verified_at = row.get<std::optional<Timestamp>>(10);
    out.created_at = row.get<Timestamp>(11);
    return out;
}

// The job's own rows tell when it was queued, first started and ended; the rest was reported.
EventsOutput events(runtime::Context& context, const EventsInput& input) {
    const runtime::Caller& caller = context.caller;
    const pg::Result lives = of_job(context, sql::life, input.id);
    const pg::Row life = lives[0];
    const auto created = life.get<Timestamp>(0);
    const auto types = input.types.empty() ? std::nullopt : std::optional(input.types);
    const pg::Result rows =
        context.db.once(call_of(context), sql::events, caller.org, caller.project, id_of(input.id),
                        input.after_seq, types, input.limit, created);
    EventsOutput out;
    const auto add = [&](Event event) {
        if (wanted(input, event)) out.events.push_back(std::move(event));
    };
    add({.seq = kQueuedAt, .type = "job.queued", .at = created, .step = {}, .payload = {}});
    if (const auto started = life.get<std::optional<Timestamp>>(1))
        add({.seq = kStartedAt, .type = "job.started", .at = *started, .step = {}, .payload = {}});
    for (const pg::Row row : rows) add(read_event(row));
    if (rows.rows() < input.limit) {
        if (const auto ended = life.get<std::optional<Timestamp>>(2)) {
            out.ended = true;
            add({.seq = life.get<std::int32_t>(4),
                 .type = "job." + life.get<std::string>(3),
                 .at = *ended,
                 .step = {},
                 .payload = {}});
        }
    }
    out.next_seq = out.events.empty() ? input.after_seq : out.events.back().seq;
    return out;
}

StepsOutput steps(runtime::Context& context, const IdInput& input) {
    const runtime::Caller& caller = context.caller;
    const Uuid id = id_of(input.id);
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::steps, caller.org, caller.project, id);
        p.add(sql::replay_signals, caller.org, caller.project, std::vector<Uuid>{id});
        p.add(sql::attempts, caller.org, caller.project, id);
    });
    StepsOutput out;
    for (const pg::Row row : results[0]) out.steps.push_back(read_step(row));
    for (const pg::Row row : results[1]) out.signals.push_back(read_signal(row));
    for (const pg::Row row : results[2]) out.attempts.push_back(read_attempt(row));
    if (out.steps.empty() && out.signals.empty() && out.attempts.empty()) need(context, input.id);
    return out;
}

CheckpointsOutput checkpoints(runtime::Context& context, const IdInput& input) {
    CheckpointsOutput out;
    for (const pg::Row row : of_job(context, sql::checkpoints, input.id)) {
        Checkpoint one;
        one.seq = row.get<std::int32_t>(0);
        one.step = row.get<Text>(1);
        one.label = row.get<std::string>(2);
        one.safe_to_resume = row.get<bool>(3);
        one.created_at = row.get<Timestamp>(4);
        one.bytes = row.get<std::int32_t>(5);
        one.hash = row.get<std::string>(6);
        if (one.safe_to_resume) out.latest_safe = one.seq;
        out.checkpoints.push_back(std::move(one));
    }
    return out;
}

ArtifactsOutput artifacts(runtime::Context& context, const ArtifactsInput& input) {
    std::optional<Uuid> job;
    if (input.id) job = id_of(*input.id);
    ArtifactsOutput out;
    for (const pg::Row row :
         context.db.once(call_of(context), sql::artifacts, context.caller.org,
                         context.caller.project, job, std::optional<Uuid>(), input.limit))
        out.artifacts.push_back(read_artifact(row));
    if (out.artifacts.empty() && input.id) need(context, *input.id);
    return out;
}

ChildrenOutput children(runtime::Context& context, const IdInput& input) {
    need(context, input.id);
    ChildrenOutput out;
    ListInput of;
    of.parent_id = input.id;
    of.limit = limits::kPage;
    out.children = list(context, of).jobs;
    for (const pg::Row row : context.db.once(call_of(context), sql::rollup, context.caller.org,
                                             context.caller.project, id_of(input.id))) {
        const auto amount = row.get<double>(2);
        if (row.raw(0) == "status") {
            out.statuses[row.raw(1)] = std::int64_t(amount);
            out.descendants += std::int64_t(amount);
        } else {
            out.usage[row.raw(1)] = amount;
        }
    }
    return out;
}

Job wait(runtime::Context& context, const WaitInput& input) {
    return get(context, {input.id});
}

}  // namespace stele::jobs
