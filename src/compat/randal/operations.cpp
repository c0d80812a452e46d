#include "compat/randal/operations.hpp"

#include <fmt/format.h>

#include "compat/randal/scheduler.hpp"
#include "foundation/base/json_text.hpp"

namespace stele::randal {

namespace {

using runtime::Effect;
using runtime::Operation;

std::string schedule_line(const json::object& one) {
    return fmt::format("{:<24} {:<6} {:<20} {}{}\n", text_of(one, "name"), text_of(one, "kind"),
                       text_of(one, "expression"), text_of(one, "nextAt").substr(0, 19),
                       one.at("paused").as_bool() ? "  paused" : "");
}

std::string render_cron(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    if (const json::value* all = object.if_contains("cron"))
        for (const json::value& one : all->as_array()) out += schedule_line(one.as_object());
    if (const json::value* one = object.if_contains("added"))
        out += schedule_line(one->as_object());
    if (const json::value* gone = object.if_contains("removed"))
        out += gone->as_bool() ? "Removed.\n" : "There was none.\n";
    return out.empty() ? "No schedules.\n" : out;
}

std::string render_info(const json::value& output) {
    const json::object& beat = output.at("heartbeat").as_object();
    std::string out = beat.at("configured").as_bool()
                          ? fmt::format("heartbeat  came {} times, last {}, next {}\n",
                                        beat.at("tickCount").to_number<std::int64_t>(),
                                        text_of(beat, "lastTick").substr(0, 19),
                                        text_of(beat, "nextTick").substr(0, 19))
                          : "There is no heartbeat.\n";
    for (const json::value& item : beat.at("pendingWakeItems").as_array())
        out += fmt::format("  waits: {}\n", text_of(item.as_object(), "text"));
    for (const json::value& one : output.at("cron").as_array())
        out += schedule_line(one.as_object());
    return out;
}

std::string render_message(const json::value& output) {
    return text_of(output.as_object(), "message") + "\n";
}

Operation read_op(Operation op) {
    op.effect = Effect::read;
    op.idempotent = true;
    op.scopes = {"job:read"};
    return op;
}

Operation write_op(Operation op, bool idempotent) {
    op.effect = Effect::write;
    op.idempotent = idempotent;
    op.scopes = {"job:write"};
    return op;
}

void register_cron(runtime::Registry& registry) {
    const json::object every_morning{{"name", "standup"},
                                     {"schedule", "0 9 * * MON-FRI"},
                                     {"timezone", "Europe/Berlin"},
                                     {"prompt", "Summarise what happened since yesterday"}};
    Operation op = write_op(runtime::operation("schedule.cron", cron), true);
    op.summary = "List, add or remove what an agent does again and again";
    op.description =
        "Use it for an agent's own recurring tasks. Each time makes one job of the name agent; the "
        "answer goes to target, or to where this session's own job came from.";
    json::object add_one = every_morning;
    add_one["action"] = "add";
    op.examples = {{"What there is", {{"action", "list"}}}, {"Every morning", add_one}};
    op.render = render_cron;
    registry.add(op);

    registry.add(
        read_op(runtime::operation("cron.list", list))
            .says("Schedules, without the heartbeat", "Use it to see what will be done when.")
            .with_routes({{"GET", "/cron"}})
            .with_examples({{"All", {}}})
            .with_render(render_cron));

    registry.add(
        write_op(runtime::operation("cron.add", add), true)
            .says("Have an agent do something again and again",
                  "Use it for a prompt at given times; a schedule of the same name is replaced. "
                  "The one named heartbeat takes along what waits (heartbeat wake).")
            .with_routes({{"POST", "/cron", 201}})
            .with_examples({{"Every morning", every_morning},
                            {"The heartbeat",
                             {{"name", "heartbeat"},
                              {"schedule", json::object{{"every", "30m"}}},
                              {"prompt", "Look at what waits, and do what is due"},
                              {"execution", "main"}}}})
            .with_render(render_cron));

    registry.add(write_op(runtime::operation("cron.remove", remove), true)
                     .says("Take a schedule away",
                           "Use it when something is not to be done again. What it made stays.")
                     .with_effect(Effect::destructive)
                     .with_routes({{"DELETE", "/cron/{name}"}})
                     .with_examples({{"One", {{"name", "nightly"}}}})
                     .with_render(render_cron));
}

void register_heartbeat(runtime::Registry& registry) {
    registry.add(read_op(runtime::operation("schedule.info", info))
                     .says("The heartbeat, schedules and hooks",
                           "Use it to see when an agent is woken next, and for what.")
                     .with_routes({{"GET", "/scheduler"}})
                     .with_examples({{"All", {}}})
                     .with_render(render_info));

    registry.add(write_op(runtime::operation("heartbeat.wake", wake), false)
                     .says("Have the next heartbeat look at something",
                           "Use it for what need not be done at once and must not be forgotten: it "
                           "waits in the database until a heartbeat takes it along.")
                     .with_tool("wake_heartbeat")
                     .with_routes({{"POST", "/heartbeat/wake"}})
                     .with_examples({{"Later", {{"text", "the build on main is red since noon"}}}})
                     .with_render(render_message));

    registry.add(write_op(runtime::operation("heartbeat.trigger", trigger), false)
                     .says("Make the heartbeat come now",
                           "Use it when what waits should not wait. It goes on from here.")
                     .with_routes({{"POST", "/heartbeat/trigger"}})
                     .with_examples({{"Now", {}}})
                     .with_render(render_message));
}

void register_hooks(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("hooks.wake", hook_wake), false)
            .says("From outside: have the heartbeat look at something",
                  "Use it in a webhook, with the hooks' own token (hooks.token), as a bearer token "
                  "or in X-Stele-Token. Without one configured there are no hooks.")
            .with_doors(runtime::kHttp)
            .with_hook()
            .with_routes({{"POST", "/hooks/wake"}})
            .with_examples({{"Later", {{"text", "issue 12 was opened"}}}}));

    registry.add(
        write_op(runtime::operation("hooks.agent", hook_agent), false)
            .says("From outside: have an agent do something",
                  "Use it in a webhook, as hooks.wake: a job of the name agent is queued at once. "
                  "With a key it is done once, however often the sender repeats it.")
            .with_doors(runtime::kHttp)
            .with_hook()
            .with_routes({{"POST", "/hooks/agent", 201}})
            .with_examples({{"Once",
                             {{"message", "Review the pull request 12"},
                              {"name", "forge"},
                              {"key", "pull-12"}}}}));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_cron(registry);
    register_heartbeat(registry);
    register_hooks(registry);
}

}  // namespace stele::randal
