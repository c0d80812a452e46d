#include "work/channels/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "foundation/base/error.hpp"
#include "work/channels/sql.hpp"
#include "work/channels/surroundings.hpp"
#include "work/jobs/store.hpp"

namespace stele::channels {

namespace {

std::string queue_of(const std::string& channel) {
    return std::string(kQueuePrefix) + channel;
}

Channel read_channel(const pg::Row& row) {
    Channel out;
    out.name = row.get<std::string>(0);
    out.description = row.get<std::optional<std::string>>(1);
    out.can_send = row.get<bool>(2);
    return out;
}

std::map<std::string, Channel> declared(runtime::Context& context) {
    const runtime::Caller& caller = context.caller;
    std::map<std::string, Channel> out;
    for (const pg::Row row :
         context.db.once(call_of(context), sql::declared, caller.org, caller.project)) {
        Channel channel = read_channel(row);
        out.emplace(channel.name, std::move(channel));
    }
    return out;
}

void require_open(runtime::Context& context, const std::string& name) {
    const auto known = declared(context);
    const auto found = known.find(name);
    if (found == known.end()) {
        std::string names;
        for (const auto& [other, channel] : known) names += (names.empty() ? "" : ", ") + other;
        throw Error(Code::not_found, fmt::format("there is no channel \"{}\"", name),
                    names.empty() ? "its connector declares it first: `stele channel declare NAME`"
                                  : "there are " + names);
    }
    if (!found->second.can_send)
        throw Error(Code::conflict, fmt::format("channel \"{}\" takes no messages now", name),
                    "`stele channel declare NAME` opens it again");
}

}  // namespace

ListOutput list(runtime::Context& context, const NoInput&) {
    auto known = declared(context);
    for (const jobs::Queue& queue : jobs::queues(context, {}).queues) {
        if (!queue.queue.starts_with(kQueuePrefix)) continue;
        const std::string name = queue.queue.substr(kQueuePrefix.size());
        Channel& channel = known[name];
        channel.name = name;
        channel.waiting = queue.ready + queue.delayed;
    }
    ListOutput out;
    for (auto& [name, channel] : known) out.channels.push_back(std::move(channel));
    return out;
}

Channel declare(runtime::Context& context, const DeclareInput& input) {
    const runtime::Caller& caller = context.caller;
    return read_channel(context.db.once(call_of(context), sql::declare, caller.org, caller.project,
                                        input.name, input.description, input.can_send,
                                        caller.instance)[0]);
}

RemoveOutput remove(runtime::Context& context, const NameInput& input) {
    const runtime::Caller& caller = context.caller;
    const pg::Result gone =
        context.db.once(call_of(context), sql::undeclare, caller.org, caller.project, input.name);
    return {input.name, gone.affected() > 0};
}

SendOutput send(runtime::Context& context, const SendInput& input) {
    require_open(context, input.channel);
    const Surroundings here = surroundings(context);
    jobs::SubmitInput job;
    job.name = kMessageJob;
    job.queue = queue_of(input.channel);
    job.key = input.key;
    json::object what{
        {"target", input.target}, {"message", input.message}, {"from", context.caller.instance}};
    if (here.job_id) what["jobId"] = *here.job_id;
    job.input = std::move(what);
    const jobs::SubmitOutput made = jobs::submit(context, job);
    return {true, input.channel, input.target, made.id, made.duplicate};
}

JobInfoOutput job_info(runtime::Context& context, const NoInput&) {
    const Surroundings here = surroundings(context);
    JobInfoOutput out;
    out.job_id = here.job_id;
    out.channel = here.channel;
    out.from = here.from;
    out.reply_to = here.reply_to;
    out.trigger_type = here.trigger;
    out.is_brain_session = here.brain_session;
    out.is_interactive = here.trigger == "user";
    return out;
}

}  // namespace stele::channels
