#include "operate/retention/retention.hpp"

#include <algorithm>
#include <functional>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/pg/database.hpp"
#include "knowledge/graph/store.hpp"
#include "knowledge/retrieval/segment_steps.hpp"
#include "operate/archive/snapshot.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/retention/aging.hpp"
#include "operate/retention/delegations.hpp"
#include "operate/retention/jobs.hpp"
#include "operate/retention/rules.hpp"
#include "operate/retention/sql.hpp"
#include "runtime/confirm.hpp"
#include "runtime/settings.hpp"

namespace stele::retention {

namespace {

constexpr std::string_view kTable = "memories";

// One rule's rows in one tenant.
struct Due {
    std::string_view table;
    const Rule* rule;
    pg::Tenant tenant;
};

struct Survey {
    std::vector<Rule> rules, job_rules;
    std::optional<Rule> event_rule;
    std::vector<Due> due;
    RetentionOutput report;  // a line a rule that has rows
};

void add_line(RetentionOutput& report, const ReportRow& line) {
    report.rows += line.rows;
    report.lines.push_back(line);
}

// A line of the report from rows of a plan: org, project, how many, the oldest.
void count(const pg::Result& rows, std::string_view table, const Rule& rule, Survey& out) {
    ReportRow line{std::string(table), rule.retention, rule.name, 0, 0, {}};
    for (const pg::Row row : rows) {
        out.due.push_back({table, &rule, {row.get<Uuid>(0), row.get<Uuid>(1)}});
        line.rows += row.get<std::int64_t>(2);
        line.tenants += 1;
        const auto oldest = row.get<Timestamp>(3);
        if (!line.oldest || oldest.micros < line.oldest->micros) line.oldest = oldest;
    }
    if (line.rows > 0) add_line(out.report, line);
}

Survey look(runtime::Context& context) {
    Survey out;
    const Timestamp at = now();
    out.rules = rules_of(context.settings.retention, at);
    out.job_rules = job_rules_of(context.settings.retention, at);
    out.event_rule = event_rule_of(context.settings.retention, at);
    // A snapshot is refused to a role that does not see every row.
    archive::Snapshot snapshot(ops::operator_endpoint(context), context.deadline);
    pg::Connection& oper = snapshot.connection();
    const auto ask = [&](const pg::Statement& statement, const auto&... args) {
        return oper.run(statement, pg::Params(oper.types(), args...), context.deadline);
    };
    for (const Rule& rule : out.rules) {
        std::optional<Timestamp> expired_before;
        for (const Rule& other : out.rules)
            if (!rule.by_expiry && other.by_expiry && other.retention == rule.retention)
                expired_before = other.before;
        count(ask(sql::plan, rule.retention, rule.by_expiry, rule.before, expired_before), kTable,
              rule, out);
    }
    for (const Rule& rule : out.job_rules)
        count(ask(sql::plan_jobs, rule.retention, rule.before), kJobs, rule, out);
    for (const Aging& aging : aging_tables())
        for (const Rule& rule : out.rules)
            if (!rule.by_expiry)
                count(ask(aging.plan, rule.retention, rule.before), aging.table, rule, out);
    for (const Rule& rule : out.job_rules)
        count(ask(sql::plan_delegations, rule.retention, rule.before), kDelegations, rule, out);
    const auto add_classes = [&](std::string_view table, const pg::Statement& statement) {
        for (const pg::Row row : ask(statement))
            out.report.classes.push_back(
                {std::string(table), row.get<std::string>(0), row.get<std::int64_t>(1)});
    };
    add_classes(kTable, sql::classes);
    add_classes(kJobs, sql::job_classes);
    add_classes(kDelegations, sql::delegation_classes);
    for (const Aging& aging : aging_tables()) add_classes(aging.table, aging.classes);
    if (out.event_rule)
        if (const auto line = drop_events(context, *out.event_rule, true))
            add_line(out.report, *line);
    return out;
}

// One transaction: the rows go and the log says so, or neither.
std::size_t delete_batch(runtime::Context& context, const Due& due) {
    // Running it twice would delete twice as much and is as good: `repeatable` may stay.
    const pg::Call call{due.tenant, deadline_in(limits::kDeadline), context.cancelled};
    return context.db.transaction(call, [&](pg::Transaction& tx) {
        const Rule& rule = *due.rule;
        std::vector<Uuid> ids;
        std::vector<retrieval::Gone> indexed;
        for (const pg::Row row :
             tx.query(sql::delete_batch, due.tenant.org, due.tenant.project, rule.retention,
                      rule.by_expiry, rule.before, std::int64_t(limits::kBatch))) {
            ids.push_back(row.get<Uuid>(0));
            if (!row.is_null(1)) indexed.push_back(retrieval::gone(ids.back(), row.raw(1)));
        }
        if (!ids.empty())
            tx.query(sql::insert_log, due.tenant.org, due.tenant.project, Uuid::v7(), now(),
                     context.caller.principal, kTable, rule.retention, rule.name, ids);
        graph::forget(tx, due.tenant, kTable, ids);
        retrieval::purge(tx, due.tenant, retrieval::Kind::memory, indexed);
        return ids.size();
    });
}

ReportRow& line_of(RetentionOutput& report, std::string_view table, const Rule& rule) {
    return *std::ranges::find_if(report.lines, [&](const ReportRow& line) {
        return line.table == table && line.retention == rule.retention && line.rule == rule.name;
    });
}

// Until nothing is left, or somebody stops it between two batches.
void delete_due(runtime::Context& context, const Due& due,
                const std::function<std::size_t()>& next_batch,
                const std::function<void(const Due&, std::size_t)>& tell) {
    for (std::size_t gone = 1; gone > 0;) {
        if (context.cancelled.stop_requested())
            throw Error(Code::cancelled, "stopped between two batches",
                        "what is gone is in retention_log; run it again to go on");
        gone = next_batch();
        tell(due, gone);
    }
}

}  // namespace

RetentionOutput plan(runtime::Context& context, const PlanInput&) {
    return look(context).report;
}

RetentionOutput apply(runtime::Context& context, const ApplyInput& input) {
    ops::require_confirmation(input.force, input.confirm, "apply-retention");
    Survey survey = look(context);
    RetentionOutput& out = survey.report;
    const double total = double(out.rows);
    out.applied = true;
    out.rows = 0;
    for (ReportRow& line : out.lines) line.rows = 0;
    const auto tell = [&](const Due& due, std::size_t gone) {
        line_of(out, due.table, *due.rule).rows += std::int64_t(gone);
        out.rows += std::int64_t(gone);
        if (context.progress) context.progress({double(out.rows), total, "deleted"});
    };
    for (const Due& due : survey.due) {
        if (due.table == kTable) {
            delete_due(
                context, due, [&] { return delete_batch(context, due); }, tell);
        } else if (const Aging* aging = aging_table(due.table)) {
            delete_due(
                context, due, [&] { return delete_aged(context, *aging, *due.rule, due.tenant); },
                tell);
        } else if (due.table == kDelegations) {
            delete_due(
                context, due, [&] { return delete_delegations(context, *due.rule, due.tenant); },
                tell);
        } else {
            JobBatches batches(context, *due.rule, due.tenant);
            delete_due(
                context, due, [&] { return batches.next(); }, tell);
        }
    }
    std::erase_if(out.lines, [](const ReportRow& line) { return line.table == kEvents; });
    if (survey.event_rule)
        if (auto line = drop_events(context, *survey.event_rule, false)) add_line(out, *line);
    return out;
}

}  // namespace stele::retention
