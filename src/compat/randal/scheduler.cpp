#include "compat/randal/scheduler.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/events/store.hpp"
#include "runtime/config.hpp"
#include "runtime/settings.hpp"
#include "work/channels/surroundings.hpp"
#include "work/jobs/definitions/agent.hpp"
#include "work/jobs/schedules/schedules.hpp"

namespace stele::randal {

namespace {

constexpr const char* kUnsaidTimes = "1h";
constexpr std::size_t kShownBytes = 200;  // of a hook's message, to who watches

// All schedules, page by page: an agent sees them in one answer.
std::vector<jobs::Schedule> all_schedules(runtime::Context& context) {
    std::vector<jobs::Schedule> out;
    jobs::SchedulesInput page;
    page.limit = limits::kPage;
    do {
        jobs::SchedulesOutput some = jobs::schedules(context, page);
        for (jobs::Schedule& one : some.schedules) out.push_back(std::move(one));
        page.cursor = some.next_cursor;
    } while (page.cursor);
    return out;
}

// An object, or the text of one: what some callers make of an argument.
json::object object_of(const json::value& value, std::string_view name) {
    if (const json::object* object = value.if_object()) return *object;
    if (const json::string* text = value.if_string()) {
        const json::value parsed = parse_json(*text, name);
        if (const json::object* object = parsed.if_object()) return *object;
    }
    throw Error(Code::invalid_argument, fmt::format("{}: expected an object", name),
                R"({"channel": "telegram", "id": "ops"})");
}

// Where the answer goes: as said, or where this process's own job came from.
json::object origin_of(const runtime::Context& context, const json::value& target) {
    json::object out;
    if (!target.is_null()) {
        const json::object said = object_of(target, "target");
        out["channel"] = text_of(said, "channel");
        out["replyTo"] = text_of(said, "id");
        if (out["channel"].as_string().empty())
            throw Error(Code::invalid_argument, "target: channel: expected a text",
                        R"({"channel": "telegram", "id": "ops"})");
        return out;
    }
    const channels::Surroundings here = channels::surroundings(context);
    if (here.channel) out["channel"] = *here.channel;
    if (here.reply_to) out["replyTo"] = *here.reply_to;
    if (here.from) out["from"] = *here.from;
    return out;
}

WakeOutput beat(runtime::Context& context) {
    const jobs::Beat beat = jobs::beat_now(context);
    WakeOutput out;
    out.job_id = beat.job_id;
    out.message = beat.job_id ? "The heartbeat came: job " + *beat.job_id
                              : "The heartbeat did not come: " +
                                    beat.note.value_or("somebody else made it come just now");
    out.ok = beat.job_id.has_value();
    return out;
}

// To who watches.
void announce(runtime::Context& context, std::string type, json::object data) {
    events::announce(context, {{std::move(type), std::move(data), {}, {}}});
}

std::string shown(const std::string& message) {
    return excerpt(message, kShownBytes);
}

WakeOutput keep(runtime::Context& context, const WakeInput& input, const std::string& source) {
    const jobs::WakeItem item = jobs::keep_wake_item(context, input.text, source);
    WakeOutput out;
    if (input.mode == WakeMode::now) {
        out = beat(context);
        // It waits on, if there was a heartbeat on its way.
        if (!out.ok) out.message += "; the item waits for the next one";
        out.ok = true;
    } else {
        const auto found = jobs::schedules(context, {jobs::kHeartbeat, 1, {}}).schedules;
        out.message = found.empty() ? "Kept, but there is no heartbeat: `stele cron add heartbeat "
                                      "'every 30m' '…'` makes one"
                      : found[0].next_at
                          ? "The heartbeat takes it along, at " + to_rfc3339(*found[0].next_at)
                          : "Kept; the heartbeat does not come again";
    }
    out.id = item.id;
    return out;
}

}  // namespace

InfoOutput info(runtime::Context& context, const NoInput&) {
    InfoOutput out;
    for (jobs::Schedule& one : all_schedules(context)) {
        if (one.name != jobs::kHeartbeat) {
            out.cron.push_back(std::move(one));
            continue;
        }
        out.heartbeat.configured = true;
        out.heartbeat.last_tick = one.last_at;
        if (!one.paused) out.heartbeat.next_tick = one.next_at;
        out.heartbeat.tick_count = one.fired;
        out.heartbeat.note = one.note;
    }
    jobs::Pending waiting = jobs::pending_wake_items(context);
    out.heartbeat.pending_wake_items = std::move(waiting.items);
    out.heartbeat.pending_total = waiting.total;
    out.hooks.enabled = !runtime::hooks_token(context.settings.hooks).empty();
    out.hooks.pending_items = waiting.of_hooks;
    return out;
}

CronOutput list(runtime::Context& context, const NoInput&) {
    CronOutput out;
    out.cron = all_schedules(context);
    std::erase_if(*out.cron,
                  [](const jobs::Schedule& one) { return one.name == jobs::kHeartbeat; });
    return out;
}

CronOutput add(runtime::Context& context, const AddInput& input) {
    if (!input.prompt)
        throw Error(Code::invalid_argument, "prompt: required", "say what is to be done then");
    jobs::ScheduleInput in;
    in.name = input.name;
    in.schedule = input.schedule.is_null() ? json::object{{"every", kUnsaidTimes}} : input.schedule;
    in.timezone = input.timezone;
    in.job = jobs::kAgentJob;
    json::object what{{"prompt", *input.prompt},
                      {"execution", std::string(reflect::name_of(input.execution))}};
    if (input.model) what["model"] = *input.model;
    in.input = std::move(what);
    json::object origin = origin_of(context, input.target);
    if (!origin.empty()) in.origin = std::move(origin);
    CronOutput out;
    out.added = jobs::schedule(context, in);
    return out;
}

CronOutput remove(runtime::Context& context, const NameInput& input) {
    CronOutput out;
    out.removed = jobs::unschedule(context, {input.name}).removed;
    return out;
}

CronOutput cron(runtime::Context& context, const CronInput& input) {
    if (input.action == Action::list) return list(context, {});
    if (!input.name)
        throw Error(Code::invalid_argument, "name: required to add and to remove",
                    "name the schedule");
    if (input.action == Action::remove) return remove(context, {*input.name});
    return add(context, {*input.name, input.schedule, input.timezone, input.prompt, input.execution,
                         input.model, input.target});
}

WakeOutput trigger(runtime::Context& context, const NoInput&) {
    return beat(context);
}

WakeOutput wake(runtime::Context& context, const WakeInput& input) {
    return keep(context, input, "wake");
}

WakeOutput hook_wake(runtime::Context& context, const WakeInput& input) {
    announce(context, "hook.received", {{"hook", "wake"}, {"message", shown(input.text)}});
    WakeOutput out = keep(context, input, "hook");
    if (!out.job_id && out.id) announce(context, "hook.queued", {{"itemId", *out.id}});
    return out;
}

HookAgentOutput hook_agent(runtime::Context& context, const HookAgentInput& input) {
    announce(context, "hook.received",
             {{"hook", "agent"},
              {"from", input.name.value_or("hook")},
              {"message", shown(input.message)}});
    jobs::RunInput job;
    job.prompt = input.message;
    job.agent = input.agent;
    job.model = input.model;
    job.key = input.key;
    json::object origin{{"triggerType", "hook"}, {"from", input.name.value_or("hook")}};
    if (input.channel) origin["channel"] = *input.channel;
    if (input.to) origin["replyTo"] = *input.to;
    job.origin = std::move(origin);
    const jobs::SubmitOutput made = jobs::run(context, job);
    return {true, made.id, made.duplicate};
}

}  // namespace stele::randal
