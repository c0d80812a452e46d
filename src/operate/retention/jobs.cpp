#include "operate/retention/jobs.hpp"

#include <algorithm>

#include "foundation/base/limits.hpp"
#include "knowledge/graph/store.hpp"
#include "operate/retention/sql.hpp"

namespace stele::retention {

std::size_t JobBatches::next() {
    const pg::Call call{tenant_, deadline_in(limits::kDeadline), context_.cancelled};
    const auto gone = context_.db.transaction(call, [&](pg::Transaction& tx) {
        std::vector<Uuid> jobs, artifacts;
        for (const pg::Row row :
             tx.query(sql::due_jobs, tenant_.org, tenant_.project, rule_.retention, rule_.before,
                      after_, std::int64_t(limits::kBatch)))
            jobs.push_back(row.get<Uuid>(0));
        if (jobs.empty()) return jobs;
        for (const pg::Row row :
             tx.query(sql::artifacts_of_jobs, tenant_.org, tenant_.project, jobs))
            artifacts.push_back(row.get<Uuid>(0));
        tx.query(sql::delete_jobs, tenant_.org, tenant_.project, jobs);
        const auto log = [&](std::string_view table, const std::vector<Uuid>& ids) {
            if (!ids.empty())
                tx.query(sql::insert_log, tenant_.org, tenant_.project, Uuid::v7(), now(),
                         context_.caller.principal, table, rule_.retention, rule_.name, ids);
            graph::forget(tx, tenant_, table, ids);
        };
        log(kJobs, jobs);
        log("artifacts", artifacts);
        return jobs;
    });
    if (!gone.empty()) after_ = gone.back();
    return gone.size();
}

std::optional<ReportRow> drop_events(runtime::Context& context, const Rule& rule, bool only_look) {
    ReportRow out{std::string(kEvents), rule.retention, rule.name, 0, 0, {}};
    const auto results = context.db.as_maintenance(context.deadline, [&](pg::Pipeline& p) {
        p.add(sql::drop_partitions, rule.before, only_look);
    });
    const pg::Result& months = results[0];
    for (const pg::Row row : months) {
        out.rows += row.get<std::int64_t>(1);
        out.tenants = std::max(out.tenants, row.get<std::int64_t>(2));
    }
    return months.empty() ? std::nullopt : std::optional(out);
}

}  // namespace stele::retention
