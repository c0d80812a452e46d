#include "operate/retention/aging.hpp"

#include "foundation/base/limits.hpp"
#include "knowledge/graph/store.hpp"
#include "operate/retention/sql.hpp"

namespace stele::retention {

std::span<const Aging> aging_tables() {
    static const Aging kTables[] = {
        {"annotations", sql::plan_annotations, sql::annotation_classes, sql::delete_annotations},
        {"skills", sql::plan_skills, sql::skill_classes, sql::delete_skills},
        {"routing_explanations", sql::plan_explanations, sql::explanation_classes,
         sql::delete_dry_runs}};
    return kTables;
}

const Aging* aging_table(std::string_view table) {
    for (const Aging& aging : aging_tables())
        if (aging.table == table) return &aging;
    return nullptr;
}

std::size_t delete_aged(runtime::Context& context, const Aging& aging, const Rule& rule,
                        const pg::Tenant& tenant) {
    const pg::Call call{tenant, deadline_in(limits::kDeadline), context.cancelled};
    return context.db.transaction(call, [&](pg::Transaction& tx) {
        std::vector<Uuid> ids;
        for (const pg::Row row : tx.query(aging.take, tenant.org, tenant.project, rule.retention,
                                          rule.before, std::int64_t(limits::kBatch)))
            ids.push_back(row.get<Uuid>(0));
        if (ids.empty()) return ids.size();
        tx.query(sql::insert_log, tenant.org, tenant.project, Uuid::v7(), now(),
                 context.caller.principal, aging.table, rule.retention, rule.name, ids);
        graph::forget(tx, tenant, aging.table, ids);
        return ids.size();
    });
}

}  // namespace stele::retention
