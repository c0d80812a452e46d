#include "work/jobs/definitions/agent.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

SubmitInput job_of(const RunInput& input) {
    if (input.prompt.has_value() == input.spec_file.has_value())
        throw Error(Code::invalid_argument, "prompt, specFile: expected one of the two",
                    "say what is to be done, or name the file that does");
    SubmitInput job;
    job.name = kAgentJob;
    job.queue = input.queue;
    job.key = input.key;
    job.origin = input.origin;
    job.metadata = input.metadata;
    json::object asked = reflect::write(input).as_object();
    if (input.depth > 0) {
        if (!job.metadata) job.metadata.emplace();
        (*job.metadata)["mesh"] = {{"depth", input.depth}, {"path", asked["path"]}};
    }
    for (const char* own :
         {"queue", "key", "origin", "metadata", "local", "domain", "conversation", "depth", "path"})
        asked.erase(own);
    job.input = std::move(asked);
    return job;
}

SubmitOutput run(runtime::Context& context, const RunInput& input) {
    return submit(context, job_of(input));
}

std::optional<std::string> find_key(runtime::Context& context, const std::string& queue,
                                    const std::string& key) {
    const runtime::Caller& caller = context.caller;
    const pg::Result found =
        context.db.once(call_of(context), sql::find_key, caller.org, caller.project, queue, key);
    return found.empty() ? std::nullopt : std::optional(found[0].get<Uuid>(0).text());
}

int count_running(runtime::Context& context, const std::string& instance) {
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::plan);
        p.add(sql::count_running_of, caller.org, caller.project, instance);
    });
    return results.back()[0].get<std::int32_t>(0);
}

ContextOutput add_context(runtime::Context& context, const ContextInput& input) {
    const runtime::Caller& caller = context.caller;
    const Uuid id = id_of(input.id);
    pg::Call call = call_of(context);
    call.repeatable = false;  // said again it would be said twice
    const json::object payload{{"text", input.text},
                               {"by", caller.principal + "@" + caller.instance}};
    const auto results = context.db.pipeline(call, [&](pg::Pipeline& p) {
        p.add(sql::plan);
        p.add(sql::add_context, caller.org, caller.project, id, serialize(payload));
        p.add(sql::life, caller.org, caller.project, id);
        p.add(sql::announce_context, caller.org, caller.project, id);
    });
    if (results[2].empty()) no_such_job(input.id);
    if (results[1].empty())
        throw Error(Code::conflict, fmt::format("job {} has ended: nobody would read it", input.id),
                    "`stele job resume` takes it up again");
    tell_watchers(context, id);
    return {true, results[1][0].get<std::int32_t>(0)};
}

}  // namespace stele::jobs
