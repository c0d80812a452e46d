#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

namespace {

// `name`: of the signal; `awaited`: what a job that waits for it says.
SignalOutput send(runtime::Context& context, const std::string& id, const std::string& name,
                  const std::string& awaited, const json::value& payload) {
    const runtime::Caller& caller = context.caller;
    const Uuid job = id_of(id);
    const std::string sender = caller.principal + "@" + caller.instance;
    const std::optional<std::string> text =
        payload.is_null() ? std::nullopt : std::optional(serialize(payload));
    // The job's row is held: it cannot begin to wait between the look and the signal.
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::hold, caller.org, caller.project, std::vector<Uuid>{job});
        p.add(sql::signal, caller.org, caller.project, job, name, text, sender);
        p.add(sql::wake_signalled, caller.org, caller.project, job, awaited);
        p.add(sql::signal_of, caller.org, caller.project, job, name);
    });
    const pg::Row row = results[3][0];
    if (!row.get<bool>(0)) no_such_job(id);
    if (row.is_null(2))
        throw Error(Code::conflict, fmt::format("job {} has ended: it hears no more signals", id),
                    "`stele job resume` takes it up again");
    SignalOutput out;
    out.signal.name = name;
    if (!row.is_null(1)) out.signal.payload = row.get<json::value>(1);
    out.signal.sent_by = row.get<std::string>(2);
    out.signal.sent_at = row.get<Timestamp>(3);
    // The same from the same sender is the same signal, whose first answer was lost.
    out.accepted =
        !results[1].empty() || (out.signal.sent_by == sender && out.signal.payload == payload);
    if (!results[2].empty() && results[2][0].get<bool>(1))
        wake(context, results[2][0].get<std::string>(0), 1);
    return out;
}

}  // namespace

SignalOutput signal(runtime::Context& context, const SignalInput& input) {
    if (input.name.starts_with("approval:"))
        throw Error(Code::invalid_argument, "name: approval:… is said with job.approve",
                    "`stele job approve ID STEP`");
    return send(context, input.id, input.name, "signal:" + input.name, input.payload);
}

SignalOutput approve(runtime::Context& context, const ApproveInput& input) {
    const std::string name = "approval:" + input.step;
    const json::object payload{{"decision", reflect::name_of(input.decision)},
                               {"by", context.caller.principal},
                               {"note", input.note}};
    return send(context, input.id, name, name, payload);
}

}  // namespace stele::jobs
