#include "operate/retention/delegations.hpp"

#include "foundation/base/limits.hpp"
#include "knowledge/graph/store.hpp"
#include "operate/retention/sql.hpp"

namespace stele::retention {

std::size_t delete_delegations(runtime::Context& context, const Rule& rule,
                               const pg::Tenant& tenant) {
    const pg::Call call{tenant, deadline_in(limits::kDeadline), context.cancelled};
    return context.db.transaction(call, [&](pg::Transaction& tx) {
        std::vector<Uuid> ids, explanations;
        for (const pg::Row row :
             tx.query(sql::delete_delegations, tenant.org, tenant.project, rule.retention,
                      rule.before, std::int64_t(limits::kBatch))) {
            ids.push_back(row.get<Uuid>(0));
            explanations.push_back(row.get<Uuid>(1));
        }
        if (ids.empty()) return ids.size();
        tx.query(sql::delete_explanations, tenant.org, tenant.project, explanations);
        tx.query(sql::insert_log, tenant.org, tenant.project, Uuid::v7(), now(),
                 context.caller.principal, kDelegations, rule.retention, rule.name, ids);
        graph::forget(tx, tenant, kDelegations, ids);
        return ids.size();
    });
}

}  // namespace stele::retention
