#include <algorithm>
#include <map>

#include "foundation/base/error.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"
#include "work/jobs/worker/worker_protocol.hpp"

namespace stele::jobs {

namespace {

template <class Item>
std::vector<Claim> claims_of(const std::vector<Item>& items) {
    std::vector<Claim> out;
    for (const Item& item : items) out.push_back({item.id, item.generation});
    return out;
}

// Places in queues became free, or parents woke up.
void wake_all(runtime::Context& context, const std::map<std::string, int>& queues) {
    for (const auto& [queue, jobs] : queues) wake(context, queue, jobs);
}

}  // namespace

std::vector<Stale> stale_of(runtime::Context& context, const std::vector<Claim>& claims,
                            const Taken& taken, Taken* done_before) {
    std::vector<Uuid> ids;
    std::map<Uuid, int> generations;
    for (const Claim& claim : claims) {
        const Uuid id = id_of(claim.id);
        if (taken.contains(id)) continue;
        ids.push_back(id);
        generations[id] = claim.generation;
    }
    std::vector<Stale> out;
    if (ids.empty()) return out;
    for (const pg::Row row : context.db.once(call_of(context), sql::why_stale, context.caller.org,
                                             context.caller.project, ids)) {
        const auto id = row.get<Uuid>(0);
        const auto status = row.get<std::optional<std::string>>(1);
        const auto ended = row.get<std::optional<std::int32_t>>(2);
        const auto live = row.get<std::optional<std::int32_t>>(3);
        if (done_before && status == "complete" && ended == generations[id]) {
            done_before->insert(id);
            continue;
        }
        std::string why = "unknown";
        if (live)
            why =
                *live != generations[id] && row.raw(4) == "running" ? "leased again" : "not leased";
        else if (status)
            why = status == "stopped" ? "cancelled" : "finished";
        out.push_back({id.text(), std::move(why)});
    }
    return out;
}

HeartbeatOutput heartbeat(runtime::Context& context, const HeartbeatInput& input) {
    const std::vector<Claim> claims = in_order(input.jobs, "jobs");
    std::vector<Uuid> ids;
    std::vector<std::int32_t> generations;
    for (const Claim& claim : claims) {
        ids.push_back(id_of(claim.id));
        generations.push_back(claim.generation);
    }
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::plan);
        p.add(sql::heartbeat, context.caller.org, context.caller.project, ids, generations,
              input.lease_seconds, limits::kLeaseSeconds);
    });
    HeartbeatOutput out;
    Taken taken;
    for (const pg::Row row : results.back()) {
        taken.insert(row.get<Uuid>(0));
        const auto until = row.get<Timestamp>(1);
        out.lease_until = std::min(out.lease_until.value_or(until), until);
    }
    out.renewed = int(taken.size());
    out.stale = stale_of(context, claims, taken);
    return out;
}

CompleteOutput complete(runtime::Context& context, const CompleteInput& input) {
    const std::vector<Done> jobs = in_order(input.jobs, "jobs");
    std::vector<Uuid> ids;
    std::vector<std::int32_t> generations;
    std::vector<std::optional<std::string>> outputs, usages;
    for (const Done& job : jobs) {
        ids.push_back(id_of(job.id));
        generations.push_back(job.generation);
        outputs.emplace_back();
        if (!job.output.is_null()) outputs.back() = serialize(job.output);
        usages.emplace_back();
        if (job.usage) usages.back() = serialize(*job.usage);
    }
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::plan);
        p.add(sql::complete, context.caller.org, context.caller.project, ids, generations, outputs,
              usages);
    });
    CompleteOutput out;
    Taken taken;
    std::map<std::string, int> free;
    for (const pg::Row row : results.back()) {
        if (!row.is_null(0)) taken.insert(row.get<Uuid>(0));
        if (!row.is_null(1)) ++free[row.get<std::string>(1)];
    }
    wake_all(context, free);
    for (const Uuid& job : taken) tell_watchers(context, job);
    // The same word said again, because its answer was lost, is as good as the first time.
    Taken before;
    out.stale = stale_of(context, claims_of(jobs), taken, &before);
    out.completed = int(taken.size() + before.size());
    return out;
}

FailOutput fail(runtime::Context& context, const FailInput& input) {
    const std::vector<Failed> jobs = in_order(input.jobs, "jobs");
    Endings endings;
    for (const Failed& job : jobs)
        endings.add(id_of(job.id), job.generation,
                    job.release ? "release" : (job.retry ? "retry" : "fail"), job.error,
                    job.delay_seconds);
    FailOutput out;
    Taken taken;
    for (Ended& ended :
         end_attempts(context, {context.caller.org, context.caller.project}, endings)) {
        taken.insert(id_of(ended.id));
        if (ended.outcome == "failed") tell_watchers(context, id_of(ended.id));
        out.jobs.push_back(std::move(ended));
    }
    out.stale = stale_of(context, claims_of(jobs), taken);
    return out;
}

std::vector<Ended> end_attempts(runtime::Context& context, const pg::Tenant& tenant,
                                const Endings& endings) {
    const auto results = context.db.pipeline({tenant, context.deadline}, [&](pg::Pipeline& p) {
        p.add(sql::plan);
        p.add(sql::end_attempts, tenant.org, tenant.project, endings.ids, endings.generations,
              endings.wishes, endings.errors, endings.delays, limits::kJobAttempts,
              limits::kBackoffSeconds, limits::kBackoffCap);
    });
    std::vector<Ended> out;
    std::map<std::string, int> free;
    for (const pg::Row row : results.back()) {
        if (row.get<bool>(4)) ++free[row.get<std::string>(3)];
        if (row.is_null(0)) continue;
        out.push_back({row.get<Uuid>(0).text(), row.get<std::string>(1),
                       row.get<std::optional<Timestamp>>(2)});
    }
    for (const auto& [queue, jobs] : free) wake(context, tenant.org, tenant.project, queue, jobs);
    return out;
}

}  // namespace stele::jobs
