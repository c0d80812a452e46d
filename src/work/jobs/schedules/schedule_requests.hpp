// What is asked of schedules, and how they answer.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "work/jobs/queue/requests.hpp"
#include "work/jobs/schedules/schedule_time.hpp"

namespace stele::jobs {

// When a time comes and the job of the time before still lives.
enum class Overlap { skip, allow };
// Which times are made up for that passed while nothing kept: the last, up to limits::kCatchUp,
// none.
enum class CatchUp { one, all, none };

}  // namespace stele::jobs

template <>
struct stele::reflect::EnumNames<stele::jobs::Overlap> {
    static constexpr std::array<std::pair<jobs::Overlap, std::string_view>, 2> values{
        {{jobs::Overlap::skip, "skip"}, {jobs::Overlap::allow, "allow"}}};
};
template <>
struct stele::reflect::EnumNames<stele::jobs::CatchUp> {
    static constexpr std::array<std::pair<jobs::CatchUp, std::string_view>, 3> values{
        {{jobs::CatchUp::one, "one"}, {jobs::CatchUp::all, "all"}, {jobs::CatchUp::none, "none"}}};
};

namespace stele::jobs {

template <class S>
auto schedule_field() {
    return field("schedule", &S::schedule,
                 "Five cron fields, @daily, \"every 1h30m\", an RFC 3339 time; or an object with "
                 "one of cron, every, at")
        .required()
        .max_bytes(1024);
}

template <class S>
auto schedule_name_field() {
    return field("name", &S::name, "The schedule")
        .required()
        .positional()
        .min_bytes(1)
        .max_bytes(limits::kNameBytes);
}

template <class S>
auto timezone_field() {
    return field("timezone", &S::timezone, "The clock that cron fields are read off: an IANA name")
        .max_bytes(limits::kNameBytes);
}

struct ScheduleInput {
    std::string name;
    json::value schedule;
    std::string timezone = "UTC";
    std::optional<std::string> job, queue;
    json::value input;
    std::optional<int> version;
    std::string group;
    std::optional<int> priority, max_attempts, lease_seconds, backoff_seconds, backoff_cap;
    std::optional<json::object> origin, metadata;
    std::optional<Retention> retention;
    Overlap overlap = Overlap::skip;
    CatchUp catch_up = CatchUp::one;
    template <class S = ScheduleInput>
    static auto describe() {
        constexpr double day = limits::kLeaseSecondsMost;
        return fields(
            schedule_name_field<S>(), schedule_field<S>().positional(), timezone_field<S>(),
            field("job", &S::job, "What is to be done; absent: what the schedule is called")
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            queue_field(&S::queue, "Where its jobs wait; absent: their definition's, or default")
                .alias("q"),
            field("input", &S::input, "What the worker gets").max_bytes(limits::kJobBytes),
            field("version", &S::version, "Of what is to be done; absent: the newest then")
                .range(1, 2e9),
            field("group", &S::group, "Jobs of a group share its limits and its turns in a queue")
                .max_bytes(limits::kNameBytes),
            field("priority", &S::priority, "The lowest goes first")
                .range(-limits::kPriorityMost, limits::kPriorityMost),
            field("maxAttempts", &S::max_attempts, "How often a job is tried").range(1, 1000),
            field("leaseSeconds", &S::lease_seconds, "How long a worker has it without a word")
                .range(1, day),
            field("backoffSeconds", &S::backoff_seconds, "Between the first two attempts")
                .range(1, day),
            field("backoffCap", &S::backoff_cap, "The longest time between two attempts")
                .range(1, 30 * day),
            field("origin", &S::origin,
                  "Where it came from: channel, replyTo, from; the schedule adds the rest")
                .max_bytes(limits::kMetadataBytes),
            field("metadata", &S::metadata, "Anything else").max_bytes(limits::kMetadataBytes),
            field("retention", &S::retention, "How long to keep its jobs"),
            field("overlap", &S::overlap,
                  "When the job before still lives: skip submits none, allow another"),
            field("catchUp", &S::catch_up,
                  "Of times that were missed: one makes up for the last, all for the last 100, "
                  "none for those more than a minute ago"));
    }
};

struct Schedule {
    std::string name;
    WhenKind kind = WhenKind::cron;
    std::string expression, timezone, job;
    std::optional<std::string> queue;
    Overlap overlap = Overlap::skip;
    CatchUp catch_up = CatchUp::one;
    bool paused = false;
    std::optional<Timestamp> next_at;
    std::vector<Timestamp> next;
    std::optional<Timestamp> last_at;
    std::optional<std::string> last_job_id, note;
    Timestamp created_at;
    std::int64_t fired = 0;
    std::optional<json::value> input;
    template <class S = Schedule>
    static auto describe() {
        return fields(
            field("name", &S::name, "What it is called"),
            field("kind", &S::kind, "cron, every or at"),
            field("expression", &S::expression, "Its times: cron fields, an interval, one time"),
            field("timezone", &S::timezone, "The clock that cron fields are read off"),
            field("job", &S::job, "What is to be done"),
            field("queue", &S::queue,
                  "Where its jobs wait; absent: their definition's, or default"),
            field("overlap", &S::overlap, "When the job before still lives: skip or allow"),
            field("catchUp", &S::catch_up, "Which missed times are made up for: one, all or none"),
            field("paused", &S::paused, "It submits nothing"),
            field("nextAt", &S::next_at, "When it is due; absent: never again"),
            field("next", &S::next, "The next times, up to three; none while paused"),
            field("lastAt", &S::last_at, "The last time of which it submitted the job"),
            field("lastJobId", &S::last_job_id, "That job"),
            field("note", &S::note, "Why it submitted nothing when it last was due"),
            field("createdAt", &S::created_at, "Since when there is such a schedule"),
            field("fired", &S::fired, "How many times came of which it submitted the job"),
            field("input", &S::input, "What its jobs are given; of an agent's: prompt, model, …"));
    }
};

struct SchedulesInput {
    std::optional<std::string> name;
    int limit = 20;
    std::optional<std::string> cursor;
    template <class S = SchedulesInput>
    static auto describe() {
        return fields(
            field("name", &S::name, "This one alone").positional().max_bytes(limits::kNameBytes),
            field("limit", &S::limit, "How many").clamp(1, limits::kPage).alias("n"),
            field("cursor", &S::cursor, "nextCursor of the page before")
                .max_bytes(limits::kNameBytes));
    }
};

struct SchedulesOutput {
    std::vector<Schedule> schedules;
    std::optional<std::string> next_cursor;
    template <class S = SchedulesOutput>
    static auto describe() {
        return fields(field("schedules", &S::schedules, "By name"),
                      field("nextCursor", &S::next_cursor, "Absent on the last page"));
    }
};

struct ScheduleNameInput {
    std::string name;
    static auto describe() { return fields(schedule_name_field<ScheduleNameInput>()); }
};

struct UnscheduleOutput {
    std::string name;
    bool removed = false;
    template <class S = UnscheduleOutput>
    static auto describe() {
        return fields(field("name", &S::name, "The schedule"),
                      field("removed", &S::removed, "false: there was none"));
    }
};

struct ScheduleNextInput {
    json::value schedule;
    std::string timezone = "UTC";
    int count = 5;
    std::optional<Timestamp> from;
    template <class S = ScheduleNextInput>
    static auto describe() {
        return fields(schedule_field<S>().positional(), timezone_field<S>(),
                      field("count", &S::count, "How many times").clamp(1, limits::kNextTimes),
                      field("from", &S::from, "After this time; absent: now"));
    }
};

struct ScheduleNextOutput {
    WhenKind kind = WhenKind::cron;
    std::string expression, timezone;
    std::vector<Timestamp> next;
    template <class S = ScheduleNextOutput>
    static auto describe() {
        return fields(field("kind", &S::kind, "cron, every or at"),
                      field("expression", &S::expression, "As it would be kept"),
                      field("timezone", &S::timezone, "As the server calls it"),
                      field("next", &S::next, "Its times"));
    }
};

}  // namespace stele::jobs
