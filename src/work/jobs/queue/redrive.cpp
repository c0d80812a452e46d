#include <algorithm>
#include <map>

#include "foundation/base/error.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

RedriveOutput redrive(runtime::Context& context, const RedriveInput& input) {
    const runtime::Caller& caller = context.caller;
    if (input.ids.empty() == !input.queue.has_value())
        throw Error(Code::invalid_argument, "ids, queue: expected one of the two",
                    "name failed jobs, or the queue whose failed jobs are meant");
    RedriveOutput out;
    std::map<std::string, int> queues;
    context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        out = {};
        queues.clear();
        std::vector<Uuid> ids;
        for (const std::string& id : input.ids) ids.push_back(id_of(id));
        if (input.queue)
            for (const pg::Row row :
                 tx.query(sql::failed_of, caller.org, caller.project, *input.queue, input.limit))
                ids.push_back(row.get<Uuid>(0));
        std::ranges::sort(ids, std::greater{});
        tx.query(sql::plan);
        for (const pg::Row row : tx.query(sql::redrive, caller.org, caller.project, ids)) {
            out.ids.push_back(row.get<Uuid>(0).text());
            ++queues[row.get<std::string>(1)];
        }
    });
    out.redriven = int(out.ids.size());
    for (const auto& [queue, jobs] : queues) wake(context, queue, jobs);
    return out;
}

}  // namespace stele::jobs
