#include "work/jobs/maintenance.hpp"

#include <map>
#include <tuple>

#include "foundation/base/log.hpp"
#include "foundation/pg/error.hpp"
#include "knowledge/events/store.hpp"
#include "work/jobs/queue/queue_head_hints.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/schedules/schedules.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/worker/worker_protocol.hpp"

namespace stele::jobs {

namespace {

constexpr std::int32_t kBunch = 200;
constexpr std::chrono::hours kPartitionsEvery{6};

struct ByTenant {
    bool operator()(const pg::Tenant& a, const pg::Tenant& b) const {
        return std::tie(a.org, a.project) < std::tie(b.org, b.project);
    }
};

// Calls each for every tenant in turn. One in which it fails is left alone for a while, and stops
// nobody else.
template <class T>
void in_each(runtime::Context& context, background::Backoffs& failing, std::string_view task,
             const std::map<pg::Tenant, T, ByTenant>& tenants, auto each) {
    for (const auto& [tenant, work] : tenants) {
        try {
            each(tenant, work);
            failing.succeeded(tenant);
        } catch (const std::exception& error) {
            if (time_left(context.deadline).count() == 0 || context.cancelled.stop_requested())
                throw;
            failing.failed(task, tenant, error.what());
        }
    }
}

// What a look across tenants found: keys of live jobs, and no more. What becomes of them is decided
// in their own tenants' transactions.
pg::Result found(runtime::Context& context, const background::Backoffs& failing,
                 const pg::Statement& look) {
    const background::Backoffs::Tenants resting = failing.resting();
    return std::move(context.db
                         .pipeline({{}, context.deadline},
                                   [&](pg::Pipeline& p) {
                                       p.add(sql::plan);
                                       p.add(look, kBunch, resting.orgs, resting.projects);
                                   })
                         .back());
}

// Jobs whose workers fell silent.
int take_back(runtime::Context& context, background::Backoffs& failing) {
    const pg::Result rows = found(context, failing, sql::expired);
    std::map<pg::Tenant, std::vector<Claim>, ByTenant> silent;
    for (const pg::Row row : rows)
        silent[{row.get<Uuid>(0), row.get<Uuid>(1)}].push_back(
            {row.get<Uuid>(2).text(), row.get<std::int32_t>(3)});
    in_each(context, failing, "taking jobs back", silent,
            [&](const pg::Tenant& tenant, const std::vector<Claim>& claims) {
                Endings endings;
                for (const Claim& claim : in_order(claims, "jobs"))
                    endings.add(id_of(claim.id), claim.generation, "lost",
                                "the worker fell silent");
                end_attempts(context, tenant, endings);
            });
    return rows.rows();
}

// Delayed jobs that are due, and waiting ones whose time is over.
int make_due(runtime::Context& context, background::Backoffs& failing) {
    const pg::Result rows = found(context, failing, sql::due_jobs);
    std::map<pg::Tenant, std::vector<Uuid>, ByTenant> due;
    for (const pg::Row row : rows)
        due[{row.get<Uuid>(0), row.get<Uuid>(1)}].push_back(row.get<Uuid>(2));
    int out = 0;
    in_each(context, failing, "making jobs ready", due,
            [&](const pg::Tenant& tenant, const std::vector<Uuid>& ids) {
                const auto results = context.db.pipeline(
                    {tenant, context.deadline, context.cancelled}, [&](pg::Pipeline& p) {
                        p.add(sql::plan);
                        p.add(sql::promote_jobs, tenant.org, tenant.project, ids);
                    });
                for (const pg::Row queue : results.back()) {
                    const int jobs = queue.get<std::int32_t>(1);
                    wake(context, tenant.org, tenant.project, queue.get<std::string>(0), jobs);
                    out += jobs;
                }
            });
    return out;
}

// Looks from the heads of queues that are slow to read, so that no lease waits for it.
void probe_queue_heads(runtime::Context& context) {
    for (const QueueHeadHints::Known& known :
         queue_head_hints().due_for_probe(context.db.id(), std::chrono::steady_clock::now())) {
        const QueueHeadHints::Queue& queue = known.queue;
        const pg::Call call{{queue.org, queue.project}, context.deadline, context.cancelled};
        const auto began = std::chrono::steady_clock::now();
        const auto results = context.db.pipeline(call, [&](pg::Pipeline& p) {
            p.add(sql::plan);
            p.add(sql::first_ready, queue.org, queue.project, queue.name);
        });
        const auto now = std::chrono::steady_clock::now();
        std::optional<QueueHeadHints::Place> first;
        if (const pg::Result& rows = results.back(); !rows.empty())
            first = {rows[0].get<std::int32_t>(0), rows[0].get<Timestamp>(1)};
        if (queue_head_hints().probed(known, first, ceil<std::chrono::microseconds>(now - began),
                                      now))
            wake(context, queue.org, queue.project, queue.name, 1);
    }
}

}  // namespace

int keep(runtime::Context& context, background::Backoffs& failing) {
    probe_queue_heads(context);
    return take_back(context, failing) + make_due(context, failing) +
           fire_schedules(context, kBunch);
}

int keep_partitions(runtime::Context& context) {
    return context.db.once({{}, context.deadline}, sql::keep_partitions)[0].get<std::int32_t>(0);
}

namespace {

// A login that may not drop them serves all the same.
void drop_old_events(runtime::Context& context) {
    try {
        events::drop_partitions(context);
    } catch (const pg::ServerError& error) {
        if (error.sqlstate() != "42501") throw;
        log::warn(
            "old partitions of the event stream stay: this login is no member of "
            "stele_maintenance");
    }
}

}  // namespace

JobMaintenance::JobMaintenance(runtime::Background::MakeContext make_context)
    : background_("jobs that are due, or whose workers fell silent, wait", std::move(make_context),
                  [this](runtime::Context& context) { return step(context); }) {}

int JobMaintenance::step(runtime::Context& context) {
    if (time_left(partitions_due_).count() == 0) {
        keep_partitions(context);
        drop_old_events(context);
        partitions_due_ = deadline_in(kPartitionsEvery);
    }
    return keep(context, failing_);
}

}  // namespace stele::jobs
