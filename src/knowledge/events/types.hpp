// The nouns of the events domain: what happens, as those who watch hear of it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::events {

using reflect::field;
using reflect::fields;

// One thing that happened. Ids of a tenant count 1, 2, 3 … in the order of commits, so who has read
// up to one has missed nothing before it, and a number that is left out was never given.
struct Event {
    std::int64_t id = 0;
    std::string type;  // "job.started", "brain.alert"
    std::optional<std::string> job_id;
    std::optional<std::string> session;
    Timestamp at;
    json::value data;  // an object
    template <class S = Event>
    static auto describe() {
        return fields(field("id", &S::id, "Its place in the tenant's stream"),
                      field("type", &S::type, "job.queued, job.started, …, brain.notification, …"),
                      field("jobId", &S::job_id, "The job that it is about"),
                      field("session", &S::session, "The conversation that it belongs to"),
                      field("at", &S::at, "When it was said"),
                      field("data", &S::data, "What there is to say"));
    }
};

struct ListInput {
    std::optional<std::int64_t> after_id;
    std::vector<std::string> types;
    std::optional<std::string> job_id, session;
    int limit = 100;
    int wait_ms = 0;
    template <class S = ListInput>
    static auto describe() {
        return fields(
            field("afterId", &S::after_id,
                  "What comes after this one: nextId of the page before; absent: the last ones")
                .range(0, 9e15),
            field("types", &S::types, "Only of these types; \"job.\" means all that begin so")
                .min_bytes(1)
                .max_bytes(limits::kNameBytes)
                .max_items(32),
            field("jobId", &S::job_id, "Only about this job").format("uuid"),
            field("session", &S::session, "Only of this conversation")
                .min_bytes(1)
                .max_bytes(limits::kThreadKeyBytes),
            field("limit", &S::limit, "How many").clamp(1, limits::kEventPage).alias("n"),
            field("waitMs", &S::wait_ms, "How long to wait when there is none")
                .clamp(0, limits::kWaitMs));
    }
};

struct ListOutput {
    std::vector<Event> events;
    std::int64_t next_id = 0;
    template <class S = ListOutput>
    static auto describe() {
        return fields(field("events", &S::events, "In their order"),
                      field("nextId", &S::next_id, "Pass it as afterId for what comes next"));
    }
};

enum class Said { notification, alert, progress };
enum class Severity { info, warning, critical };

struct EmitInput {
    Said type = Said::notification;
    std::string message;
    Severity severity = Severity::info;
    std::optional<std::string> channel, job_id, session;
    template <class S = EmitInput>
    static auto describe() {
        return fields(
            field("type", &S::type, "notification, alert or progress").required().positional(),
            field("message", &S::message, "What to say")
                .required()
                .positional()
                .min_bytes(1)
                .max_bytes(2000),
            field("severity", &S::severity, "info, warning or critical"),
            field("channel", &S::channel, "Whom it is for: the name of a channel")
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            field("jobId", &S::job_id, "The job that says it; absent: STELE_JOB_ID of this process")
                .format("uuid"),
            field("session", &S::session, "The conversation that it belongs to")
                .min_bytes(1)
                .max_bytes(limits::kThreadKeyBytes));
    }
};

struct EmitOutput {
    bool emitted = true;
    std::optional<std::string> type, job_id;
    std::optional<std::int64_t> id;
    std::optional<bool> rate_limited;
    std::optional<int> retry_after_seconds;
    template <class S = EmitOutput>
    static auto describe() {
        return fields(field("emitted", &S::emitted, "false: too soon after the one before"),
                      field("type", &S::type, "brain.notification, brain.alert or brain.progress"),
                      field("jobId", &S::job_id, "The job that says it"),
                      field("id", &S::id, "Its place in the stream"),
                      field("rateLimited", &S::rate_limited, "true: one of a type in ten seconds"),
                      field("retryAfterSeconds", &S::retry_after_seconds, "Then it can be said"));
    }
};

}  // namespace stele::events

template <>
struct stele::reflect::EnumNames<stele::events::Said> {
    static constexpr std::array<std::pair<events::Said, std::string_view>, 3> values{
        {{events::Said::notification, "notification"},
         {events::Said::alert, "alert"},
         {events::Said::progress, "progress"}}};
};

template <>
struct stele::reflect::EnumNames<stele::events::Severity> {
    static constexpr std::array<std::pair<events::Severity, std::string_view>, 3> values{
        {{events::Severity::info, "info"},
         {events::Severity::warning, "warning"},
         {events::Severity::critical, "critical"}}};
};
