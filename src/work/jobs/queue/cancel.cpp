#include <map>

#include "foundation/base/error.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"
#include "work/jobs/worker/worker_protocol.hpp"

namespace stele::jobs {

namespace {

struct Stopped {
    std::vector<Uuid> ids;
    std::map<std::string, int> free;  // queues in which a place became free or a parent woke up
};

// A job, then its children, generation by generation: who has no live row takes no more children,
// so none is missed.
Stopped stop_tree(pg::Transaction& tx, const runtime::Caller& caller, const Uuid& id,
                  const std::string& reason) {
    Stopped out;
    tx.query(sql::plan);
    std::vector<Uuid> level{id};
    for (bool top = true; !level.empty(); top = false) {
        for (const pg::Row row :
             tx.query(sql::cancel, caller.org, caller.project, level,
                      top ? reason : "its parent was stopped: " + reason, caller.principal)) {
            if (!row.is_null(0)) out.ids.push_back(row.get<Uuid>(0));
            if (!row.is_null(1)) ++out.free[row.get<std::string>(1)];
        }
        if (top && out.ids.empty()) break;  // it had ended: what it left running goes on
        const pg::Result children = tx.query(sql::children_of, caller.org, caller.project, level);
        level.clear();
        for (const pg::Row row : children) level.push_back(row.get<Uuid>(0));
    }
    return out;
}

}  // namespace

CancelOutput cancel(runtime::Context& context, const CancelInput& input) {
    const runtime::Caller& caller = context.caller;
    const Uuid id = id_of(input.id);
    const auto stopped = context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        return stop_tree(tx, caller, id, input.reason);
    });
    for (const auto& [queue, jobs] : stopped.free) wake(context, queue, jobs);
    for (const Uuid& job : stopped.ids) tell_watchers(context, job);
    CancelOutput out;
    out.id = input.id;
    out.cancelled = !stopped.ids.empty();
    out.children = std::max(0, int(stopped.ids.size()) - 1);
    if (!out.cancelled) out.status = get(context, {input.id}).status;
    return out;
}

}  // namespace stele::jobs
