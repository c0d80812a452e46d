#include "ops/retention/retention.hpp"

#include <algorithm>

#include "api/settings.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "graph/store.hpp"
#include "ops/archive/snapshot.hpp"
#include "ops/confirm.hpp"
#include "ops/endpoint.hpp"
#include "ops/retention/rules.hpp"
#include "pg/database.hpp"
#include "retention/sql.hpp"
#include "retrieval/fold.hpp"

namespace stele::retention {

namespace {

constexpr const char* kTable = "memories";

// One rule's rows in one tenant.
struct Due {
    const Rule* rule;
    pg::Tenant tenant;
};

struct Survey {
    std::vector<Rule> rules;
    std::vector<Due> due;
    RetentionOutput report;  // a line a rule that has rows
};

void count(pg::Connection& oper, const Rule& rule, const std::optional<Timestamp>& expired_before,
           Deadline deadline, Survey& out) {
    Line line{kTable, rule.retention, rule.name, 0, 0, {}};
    const pg::Params params(oper.types(), rule.retention, rule.by_expiry, rule.before,
                            expired_before);
    for (const pg::Row row : oper.run(sql::plan, params, deadline)) {
        out.due.push_back({&rule, {row.get<Uuid>(0), row.get<Uuid>(1)}});
        line.rows += row.get<std::int64_t>(2);
        line.tenants += 1;
        const auto oldest = row.get<Timestamp>(3);
        if (!line.oldest || oldest.micros < line.oldest->micros) line.oldest = oldest;
    }
    if (line.rows == 0) return;
    out.report.rows += line.rows;
    out.report.lines.push_back(std::move(line));
}

Survey look(api::Context& context) {
    Survey out;
    out.rules = rules_of(context.settings.retention, now());
    // A snapshot is refused to a role that does not see every row.
    archive::Snapshot snapshot(ops::operator_endpoint(context), context.deadline);
    pg::Connection& oper = snapshot.connection();
    for (const Rule& rule : out.rules) {
        std::optional<Timestamp> expired_before;
        for (const Rule& other : out.rules)
            if (!rule.by_expiry && other.by_expiry && other.retention == rule.retention)
                expired_before = other.before;
        count(oper, rule, expired_before, context.deadline, out);
    }
    for (const pg::Row row : oper.run(sql::classes, pg::Params(oper.types()), context.deadline))
        out.report.classes.push_back({kTable, row.get<std::string>(0), row.get<std::int64_t>(1)});
    return out;
}

// One transaction: the rows go and the log says so, or neither.
std::size_t delete_batch(api::Context& context, const Due& due) {
    // Running it twice would delete twice as much and is as good: `repeatable` may stay.
    const pg::Call call{due.tenant, deadline_in(limits::kDeadline), context.cancelled};
    return context.db.transaction(call, [&](pg::Transaction& tx) {
        const Rule& rule = *due.rule;
        std::vector<Uuid> ids;
        std::vector<retrieval::Gone> folded;
        for (const pg::Row row :
             tx.query(sql::delete_batch, due.tenant.org, due.tenant.project, rule.retention,
                      rule.by_expiry, rule.before, std::int64_t(limits::kBatch))) {
            ids.push_back(row.get<Uuid>(0));
            if (!row.is_null(1)) folded.push_back(retrieval::gone(ids.back(), row.raw(1)));
        }
        if (!ids.empty())
            tx.query(sql::insert_log, due.tenant.org, due.tenant.project, Uuid::v7(), now(),
                     context.caller.principal, kTable, rule.retention, rule.name, ids);
        graph::forget(tx, due.tenant, kTable, ids);
        retrieval::purge(tx, due.tenant, retrieval::Kind::memory, folded);
        return ids.size();
    });
}

Line& line_of(RetentionOutput& report, const Rule& rule) {
    return *std::ranges::find_if(report.lines, [&](const Line& line) {
        return line.retention == rule.retention && line.rule == rule.name;
    });
}

}  // namespace

RetentionOutput plan(api::Context& context, const PlanInput&) {
    return look(context).report;
}

RetentionOutput apply(api::Context& context, const ApplyInput& input) {
    ops::require_confirmation(input.force, input.confirm, "apply-retention");
    Survey survey = look(context);
    RetentionOutput& out = survey.report;
    const double total = double(out.rows);
    out.applied = true;
    out.rows = 0;
    for (Line& line : out.lines) line.rows = 0;
    for (const Due& due : survey.due) {
        for (std::size_t gone = 1; gone > 0;) {
            if (context.cancelled.stop_requested())
                throw Error(Code::cancelled, "stopped between two batches",
                            "what is gone is in retention_log; run it again to go on");
            gone = delete_batch(context, due);
            line_of(out, *due.rule).rows += std::int64_t(gone);
            out.rows += std::int64_t(gone);
            if (context.progress) context.progress({double(out.rows), total, "deleted"});
        }
    }
    return out;
}

}  // namespace stele::retention
