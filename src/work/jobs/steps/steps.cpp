#include <fmt/format.h>

#include <map>

#include "foundation/base/error.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"
#include "work/jobs/worker/worker_protocol.hpp"

namespace stele::jobs {

namespace {

// Steps as one array a column.
struct StepColumns {
    std::vector<Uuid> jobs;
    std::vector<std::int32_t> generations;
    std::vector<std::string> names, statuses;
    std::vector<std::optional<std::string>> titles, hashes, outputs, errors;
    std::vector<std::optional<Timestamp>> started, ended;

    void add(const StepSaid& step, Timestamp at) {
        jobs.push_back(id_of(step.id));
        generations.push_back(step.generation);
        names.push_back(step.name);
        statuses.emplace_back(reflect::name_of(step.status));
        titles.push_back(step.title);
        hashes.push_back(step.input_hash);
        outputs.emplace_back();
        if (!step.output.is_null()) outputs.back() = serialize(step.output);
        errors.push_back(step.error);
        started.emplace_back(step.started_at.value_or(at));
        ended.emplace_back(step.ended_at.value_or(at));
    }
};

// One claim a job; throws for a step that is named twice, or two generations of a job.
std::vector<Claim> claims_of(const std::vector<StepSaid>& steps) {
    std::map<std::string, int> generations;
    std::set<std::pair<std::string, std::string>> names;
    for (const StepSaid& step : steps) {
        const std::string id = id_of(step.id).text();
        if (!names.emplace(id, step.name).second)
            throw Error(Code::invalid_argument,
                        fmt::format("jobs: step \"{}\" of job {} is named twice", step.name, id),
                        "say one thing about a step at a time");
        if (generations.emplace(id, step.generation).first->second != step.generation)
            throw Error(Code::invalid_argument, fmt::format("jobs: two generations of job {}", id),
                        "a lease has one generation: the last you were given");
    }
    std::vector<Claim> out;
    for (const auto& [id, generation] : generations) out.push_back({id, generation});
    return out;
}

// What a job is to wait for, and until when.
std::pair<std::string, std::optional<Timestamp>> wait_of(const Wait& wait, Timestamp at) {
    std::optional<Timestamp> until = wait.until;
    if (wait.seconds) until = Timestamp{at.micros + std::int64_t(*wait.seconds) * 1'000'000};
    const int reasons =
        int(wait.signal.has_value()) + int(wait.approval.has_value()) + int(wait.children);
    if (reasons > 1 || (reasons == 0 && !until) || (wait.until && wait.seconds))
        throw Error(Code::invalid_argument,
                    fmt::format("jobs: job {} is to wait for {}", wait.id,
                                reasons > 1 ? "two things" : "nothing"),
                    "name one of signal, approval and children, or until or seconds alone");
    if (wait.signal) return {"signal:" + *wait.signal, until};
    if (wait.approval) return {"approval:" + *wait.approval, until};
    return {wait.children ? "children" : "sleep", until};
}

}  // namespace

StepOutput save_steps(runtime::Context& context, const StepInput& input) {
    const Timestamp at = now();
    StepColumns c;
    const std::vector<Claim> claims = claims_of(input.jobs);
    for (const StepSaid& step : input.jobs) c.add(step, at);
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::plan);
        p.add(sql::save_steps, context.caller.org, context.caller.project, c.jobs, c.generations,
              c.names, c.statuses, c.titles, c.hashes, c.outputs, c.errors, c.started, c.ended,
              limits::kLeaseSeconds);
    });
    Taken taken;
    for (const pg::Row row : results.back()) taken.insert(row.get<Uuid>(0));
    StepOutput out;
    for (const Uuid& job : c.jobs) out.saved += int(taken.contains(job));
    out.stale = stale_of(context, claims, taken);
    return out;
}

SuspendOutput suspend(runtime::Context& context, const SuspendInput& input) {
    const Timestamp at = now();
    const std::vector<Wait> waits = in_order(input.jobs, "jobs");
    std::vector<Uuid> ids;
    std::vector<std::int32_t> generations;
    std::vector<std::string> reasons;
    std::vector<std::optional<Timestamp>> until;
    std::vector<Claim> claims;
    for (const Wait& wait : waits) {
        auto [reason, time] = wait_of(wait, at);
        ids.push_back(id_of(wait.id));
        generations.push_back(wait.generation);
        reasons.push_back(std::move(reason));
        until.push_back(time);
        claims.push_back({wait.id, wait.generation});
    }
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::plan);
        p.add(sql::hold, caller.org, caller.project,
              ids);  // then a look that sees what others did before
        p.add(sql::suspend, caller.org, caller.project, ids, generations, reasons, until);
    });
    SuspendOutput out;
    Taken taken;
    std::map<std::string, int> queues;
    for (const pg::Row row : results.back()) {
        taken.insert(row.get<Uuid>(0));
        row.get<bool>(1) ? out.ready.push_back(row.get<Uuid>(0).text()) : void(++out.suspended);
        if (!row.is_null(2)) ++queues[row.get<std::string>(2)];
    }
    for (const auto& [queue, jobs] : queues) wake(context, queue, jobs);
    out.stale = stale_of(context, claims, taken);
    return out;
}

}  // namespace stele::jobs
