// What the operations around schedules, the heartbeat and hooks take and give.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "work/jobs/schedules/heartbeat.hpp"
#include "work/jobs/schedules/schedule_requests.hpp"

namespace stele::randal {

using reflect::field;
using reflect::fields;
using reflect::NoInput;

// main: in the agent's lasting session; isolated: in one of its own.
enum class Execution { main, isolated };
enum class Action { list, add, remove };
// Whether a wake item also makes the heartbeat come now.
enum class WakeMode { next_heartbeat, now };

}  // namespace stele::randal

template <>
struct stele::reflect::EnumNames<stele::randal::Execution> {
    static constexpr std::array<std::pair<randal::Execution, std::string_view>, 2> values{
        {{randal::Execution::main, "main"}, {randal::Execution::isolated, "isolated"}}};
};
template <>
struct stele::reflect::EnumNames<stele::randal::Action> {
    static constexpr std::array<std::pair<randal::Action, std::string_view>, 3> values{
        {{randal::Action::list, "list"},
         {randal::Action::add, "add"},
         {randal::Action::remove, "remove"}}};
};
template <>
struct stele::reflect::EnumNames<stele::randal::WakeMode> {
    static constexpr std::array<std::pair<randal::WakeMode, std::string_view>, 2> values{
        {{randal::WakeMode::next_heartbeat, "next-heartbeat"}, {randal::WakeMode::now, "now"}}};
};

namespace stele::randal {

struct NameInput {
    std::string name;
    static auto describe() { return fields(jobs::schedule_name_field<NameInput>()); }
};

// What adding takes, spliced into two inputs; S must have the members.
template <class S>
auto what_fields() {
    return fields(
        field(
            "schedule", &S::schedule,
            "Five cron fields, @daily, \"every 1h30m\", an RFC 3339 time; or an object with one of "
            "cron, every, at, also as text")
            .positional()
            .max_bytes(1024),
        field("timezone", &S::timezone, "The clock that cron fields are read off: an IANA name")
            .max_bytes(limits::kNameBytes),
        field("prompt", &S::prompt, "What the agent is to do then")
            .positional()
            .min_bytes(1)
            .max_bytes(limits::kContentBytes),
        field("execution", &S::execution,
              "isolated: in a session of its own; main: in the lasting one"),
        field("model", &S::model, "With which model").max_bytes(limits::kNameBytes),
        field("target", &S::target,
              "Where the answer goes: an object with channel and id, also as text; absent: where "
              "this session's job came from")
            .max_bytes(limits::kMetadataBytes));
}

struct AddInput {
    std::string name;
    json::value schedule;
    std::string timezone = "UTC";
    std::optional<std::string> prompt;
    Execution execution = Execution::isolated;
    std::optional<std::string> model;
    json::value target;
    template <class S = AddInput>
    static auto describe() {
        return joined(fields(jobs::schedule_name_field<S>()), what_fields<S>());
    }
};

struct CronInput {
    Action action = Action::list;
    std::optional<std::string> name;
    json::value schedule;
    std::string timezone = "UTC";
    std::optional<std::string> prompt;
    Execution execution = Execution::isolated;
    std::optional<std::string> model;
    json::value target;
    template <class S = CronInput>
    static auto describe() {
        return joined(
            fields(field("action", &S::action, "list, add or remove").required().positional(),
                   field("name", &S::name, "The schedule, to add or to remove")
                       .positional()
                       .min_bytes(1)
                       .max_bytes(limits::kNameBytes)),
            what_fields<S>());
    }
};

struct CronOutput {
    std::optional<std::vector<jobs::Schedule>> cron;
    std::optional<jobs::Schedule> added;
    std::optional<bool> removed;
    template <class S = CronOutput>
    static auto describe() {
        return fields(field("cron", &S::cron, "What there is, by name, without the heartbeat"),
                      field("added", &S::added, "The schedule as it is now"),
                      field("removed", &S::removed, "false: there was none"));
    }
};

struct Heartbeat {
    bool configured = false;
    std::optional<Timestamp> last_tick, next_tick;
    std::int64_t tick_count = 0, pending_total = 0;
    std::vector<jobs::WakeItem> pending_wake_items;
    std::optional<std::string> note;
    template <class S = Heartbeat>
    static auto describe() {
        return fields(field("configured", &S::configured, "There is a schedule of that name"),
                      field("lastTick", &S::last_tick, "When it last came"),
                      field("nextTick", &S::next_tick, "When it is due"),
                      field("tickCount", &S::tick_count, "How often it came"),
                      field("pendingTotal", &S::pending_total, "How many items wait for it"),
                      field("pendingWakeItems", &S::pending_wake_items,
                            "Those that the next one takes along"),
                      field("note", &S::note, "Why it did not come when it last was due"));
    }
};

struct Hooks {
    bool enabled = false;
    std::int64_t pending_items = 0;
    template <class S = Hooks>
    static auto describe() {
        return fields(field("enabled", &S::enabled, "This process has a token for them"),
                      field("pendingItems", &S::pending_items, "Wake items that came by them"));
    }
};

struct InfoOutput {
    Heartbeat heartbeat;
    std::vector<jobs::Schedule> cron;
    Hooks hooks;
    template <class S = InfoOutput>
    static auto describe() {
        return fields(field("heartbeat", &S::heartbeat, "The schedule that wakes agents"),
                      field("cron", &S::cron, "The other schedules, by name"),
                      field("hooks", &S::hooks, "Calls from outside"));
    }
};

struct WakeInput {
    std::string text;
    WakeMode mode = WakeMode::next_heartbeat;
    template <class S = WakeInput>
    static auto describe() {
        return fields(field("text", &S::text, "What the agent is to look at")
                          .required()
                          .positional()
                          .min_bytes(1)
                          .max_bytes(limits::kWakeTextBytes),
                      field("mode", &S::mode, "next-heartbeat, or now: it comes at once"));
    }
};

struct WakeOutput {
    bool ok = true;
    std::string message;
    std::optional<std::string> id, job_id;
    template <class S = WakeOutput>
    static auto describe() {
        return fields(field("ok", &S::ok, "It is kept, or it came"),
                      field("message", &S::message, "What happens now"),
                      field("id", &S::id, "The item that waits"),
                      field("jobId", &S::job_id, "The heartbeat's job"));
    }
};

struct HookAgentInput {
    std::string message;
    std::optional<std::string> name, agent, model, channel, to, key;
    template <class S = HookAgentInput>
    static auto describe() {
        constexpr auto most = limits::kNameBytes;
        return fields(
            field("message", &S::message, "What is to be done")
                .required()
                .positional()
                .min_bytes(1)
                .max_bytes(limits::kContentBytes),
            field("name", &S::name, "Who calls: GitHub, a form, …").min_bytes(1).max_bytes(most),
            field("agent", &S::agent, "Which agent is to do it").min_bytes(1).max_bytes(most),
            field("model", &S::model, "With which model").min_bytes(1).max_bytes(most),
            field("channel", &S::channel, "Where the answer goes").min_bytes(1).max_bytes(most),
            field("to", &S::to, "To whom").min_bytes(1).max_bytes(limits::kScopeBytes),
            field("key", &S::key, "The caller's own name for it: it is done once")
                .min_bytes(1)
                .max_bytes(limits::kDedupKeyBytes));
    }
};

struct HookAgentOutput {
    bool ok = true;
    std::string job_id;
    std::optional<bool> duplicate;
    template <class S = HookAgentOutput>
    static auto describe() {
        return fields(field("ok", &S::ok, "It is queued"),
                      field("jobId", &S::job_id, "The job that does it"),
                      field("duplicate", &S::duplicate, "true: it was asked for before"));
    }
};

}  // namespace stele::randal
