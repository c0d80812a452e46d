// Channels: the ways to people, and what their operations take and give.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::channels {

using reflect::field;
using reflect::fields;
using reflect::NoInput;

// A channel's messages are jobs of the queue of this name before its own.
inline constexpr std::string_view kQueuePrefix = "channel:";
inline constexpr auto kMessageJob = "channel.message";
inline constexpr std::size_t kNameBytes = limits::kNameBytes - kQueuePrefix.size();

template <class S>
auto name_field() {
    return field("name", &S::name, "The channel")
        .required()
        .positional()
        .min_bytes(1)
        .max_bytes(kNameBytes);
}

struct Channel {
    std::string name;
    std::optional<std::string> description;
    bool can_send = false;
    std::int64_t waiting = 0;
    template <class S = Channel>
    static auto describe() {
        return fields(field("name", &S::name, "What it is called"),
                      field("description", &S::description, "Whom it reaches"),
                      field("canSend", &S::can_send, "It was declared, and takes messages"),
                      field("waiting", &S::waiting, "Messages that its connector has yet to take"));
    }
};

struct ListOutput {
    std::vector<Channel> channels;
    static auto describe() { return fields(field("channels", &ListOutput::channels, "By name")); }
};

struct DeclareInput {
    std::string name;
    std::optional<std::string> description;
    bool can_send = true;
    template <class S = DeclareInput>
    static auto describe() {
        return fields(
            name_field<S>(),
            field("description", &S::description, "Whom it reaches; absent: as before")
                .max_bytes(limits::kSkillDescriptionBytes),
            field("canSend", &S::can_send, "It takes messages; false refuses them for a while"));
    }
};

struct NameInput {
    std::string name;
    static auto describe() { return fields(name_field<NameInput>()); }
};

struct RemoveOutput {
    std::string name;
    bool removed = false;
    template <class S = RemoveOutput>
    static auto describe() {
        return fields(field("name", &S::name, "The channel"),
                      field("removed", &S::removed, "false: it was not declared"));
    }
};

struct SendInput {
    std::string channel, target, message;
    std::optional<std::string> key;
    template <class S = SendInput>
    static auto describe() {
        return fields(field("channel", &S::channel, "Which channel")
                          .required()
                          .positional()
                          .min_bytes(1)
                          .max_bytes(kNameBytes),
                      field("target", &S::target, "Who on it: a person, a room, a thread")
                          .required()
                          .positional()
                          .min_bytes(1)
                          .max_bytes(limits::kScopeBytes),
                      field("message", &S::message, "What to say")
                          .required()
                          .positional()
                          .min_bytes(1)
                          .max_bytes(limits::kChannelMessageBytes),
                      field("key", &S::key, "Your own name for the message: it is sent once")
                          .min_bytes(1)
                          .max_bytes(limits::kDedupKeyBytes));
    }
};

struct SendOutput {
    bool sent = true;
    std::string channel, target, job_id;
    std::optional<bool> duplicate;
    template <class S = SendOutput>
    static auto describe() {
        return fields(
            field("sent", &S::sent, "It is kept, and its connector will deliver it"),
            field("channel", &S::channel, "Which channel"), field("target", &S::target, "To whom"),
            field("jobId", &S::job_id, "The job that delivers it: job.get tells whether it has"),
            field("duplicate", &S::duplicate, "true: it was sent before"));
    }
};

struct JobInfoOutput {
    std::optional<std::string> job_id, channel, from, reply_to;
    std::string trigger_type = "user";
    bool is_brain_session = false, is_interactive = true, gateway_available = true;
    template <class S = JobInfoOutput>
    static auto describe() {
        return fields(
            field("jobId", &S::job_id, "The job that this process works on; absent: none"),
            field("channel", &S::channel, "The channel it came from"),
            field("from", &S::from, "Who asked"),
            field("replyTo", &S::reply_to, "Where the answer goes: target of channel_send"),
            field("triggerType", &S::trigger_type, "user, heartbeat, cron or hook"),
            field("isBrainSession", &S::is_brain_session, "It is the agent's lasting session"),
            field("isInteractive", &S::is_interactive, "A person waits for the answer"),
            field("gatewayAvailable", &S::gateway_available,
                  "Channels and schedules can be used: always, they are in the database"));
    }
};

}  // namespace stele::channels
