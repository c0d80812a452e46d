#include "work/jobs/schedules/heartbeat.hpp"

#include "foundation/base/error.hpp"
#include "work/jobs/schedules/fire.hpp"
#include "work/jobs/schedules/schedules.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

namespace {

WakeItem read_item(const pg::Row& row) {
    return {row.get<Uuid>(0).text(), row.get<std::string>(1), row.get<std::string>(2),
            row.get<Timestamp>(3)};
}

std::optional<Schedule> heartbeat_of(runtime::Context& context) {
    const SchedulesOutput found = schedules(context, {kHeartbeat, 1, {}});
    return found.schedules.empty() ? std::nullopt : std::optional(found.schedules.front());
}

}  // namespace

WakeItem keep_wake_item(runtime::Context& context, const std::string& text,
                        const std::string& source) {
    const runtime::Caller& caller = context.caller;
    return read_item(context.db.once(call_of(context), sql::add_wake_item, caller.org,
                                     caller.project, Uuid::v7(), text, source, caller.instance)[0]);
}

Pending pending_wake_items(runtime::Context& context) {
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::wake_items, caller.org, caller.project, limits::kWakeItems);
        p.add(sql::count_wake_items, caller.org, caller.project);
    });
    Pending out;
    for (const pg::Row row : results[0]) out.items.push_back(read_item(row));
    out.total = results[1][0].get<std::int64_t>(0);
    out.of_hooks = results[1][0].get<std::int64_t>(1);
    return out;
}

std::vector<WakeItem> hold_wake_items(pg::Transaction& tx, const pg::Tenant& tenant) {
    std::vector<WakeItem> out;
    std::size_t bytes = 0;
    for (const pg::Row row :
         tx.query(sql::hold_wake_items, tenant.org, tenant.project, limits::kWakeItems)) {
        WakeItem item = read_item(row);
        bytes += item.text.size();
        if (bytes > limits::kJobBytes / 2) break;  // the next one takes the others
        out.push_back(std::move(item));
    }
    return out;
}

void take_wake_items(pg::Transaction& tx, const pg::Tenant& tenant,
                     const std::vector<WakeItem>& items) {
    std::vector<Uuid> ids;
    for (const WakeItem& item : items) ids.push_back(id_of(item.id));
    if (!ids.empty()) tx.query(sql::delete_wake_items, tenant.org, tenant.project, ids);
}

Beat beat_now(runtime::Context& context) {
    const auto before = heartbeat_of(context);
    if (!before)
        throw Error(Code::not_found, "there is no heartbeat",
                    "`stele cron add heartbeat 'every 30m' '…'` makes one");
    if (before->paused)
        throw Error(Code::conflict, "the heartbeat is paused",
                    "`stele job resume_schedule heartbeat` starts it again");
    fire_now(context, kHeartbeat);
    const auto after = heartbeat_of(context);
    Beat out;
    if (after && after->last_job_id != before->last_job_id) out.job_id = after->last_job_id;
    if (after && !out.job_id) out.note = after->note;
    return out;
}

}  // namespace stele::jobs
