// The nouns of the jobs domain. What its operations take and give: requests.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"
#include "knowledge/tenancy/retention.hpp"

namespace stele::jobs {

using reflect::field;
using reflect::fields;
using tenancy::Retention;

// How a job stands. queued: ready or delayed; waiting: suspended until something happens.
enum class Status { queued, running, waiting, complete, failed, stopped };

// How far a step is that a job is to do. in_progress: the first unfinished one of a job that runs,
// for workers speak of steps when they are done.
enum class StepState { pending, in_progress, completed, failed };

struct PlannedStep {
    std::string step, task;
    StepState status = StepState::pending;
    template <class S = PlannedStep>
    static auto describe() {
        return fields(field("step", &S::step, "Its name"), field("task", &S::task, "What it does"),
                      field("status", &S::status, "pending, in_progress, completed or failed"));
    }
};

struct Job {
    std::string id;
    std::string queue;
    std::string name;
    int version = 1;
    Status status = Status::queued;
    std::optional<std::string> key, parent_id, root_id, retry_of, forked_from, from_point;
    std::string group;
    int priority = 100;
    int attempts = 0, generation = 0;
    std::optional<int> max_attempts;
    std::optional<std::string> worker, waits_for, error, stop_reason;
    std::optional<int> open_children;
    std::string instance;
    Timestamp created_at;
    std::optional<Timestamp> run_at, started_at, ended_at, lease_until;
    std::optional<json::value> input, output, metadata, origin, usage;
    std::optional<std::vector<PlannedStep>> plan;
    Retention retention = Retention::standard;
    template <class S = Job>
    static auto describe() {
        return fields(
            field("id", &S::id, "Its id"), field("queue", &S::queue, "The queue it went through"),
            field("name", &S::name, "What it is"), field("version", &S::version, "Of what it is"),
            field("status", &S::status, "queued, running, waiting, complete, failed or stopped"),
            field("key", &S::key, "The submitter's own name for it"),
            field("parentId", &S::parent_id, "The job that it is a part of"),
            field("rootId", &S::root_id, "The ancestor that is part of none"),
            field("retryOf", &S::retry_of, "The job that this one takes up again"),
            field("forkedFrom", &S::forked_from, "The job that this one branched off"),
            field("fromPoint", &S::from_point, "Where: checkpoint:<seq>, step:<name> or end"),
            field("group", &S::group, "Its group within the queue"),
            field("priority", &S::priority, "The lowest goes first"),
            field("attempts", &S::attempts, "How often it was begun"),
            field("generation", &S::generation, "Of its last lease"),
            field("maxAttempts", &S::max_attempts, "Its own bound; absent: the queue's"),
            field("worker", &S::worker, "Who has it, or had it last"),
            field("waitsFor", &S::waits_for,
                  "What it waits for: sleep, children, signal:<name>, approval:<step>"),
            field("error", &S::error, "Why it failed"),
            field("stopReason", &S::stop_reason, "Why it ended before its time"),
            field("openChildren", &S::open_children, "Children that have not ended"),
            field("instance", &S::instance, "The agent instance that submitted it"),
            field("createdAt", &S::created_at, "When it was submitted"),
            field("runAt", &S::run_at, "When it is due, while it is delayed or waits"),
            field("startedAt", &S::started_at, "When it first began"),
            field("endedAt", &S::ended_at, "When it ended"),
            field("leaseUntil", &S::lease_until, "Until when its worker has it"),
            field("input", &S::input, "What was asked"), field("output", &S::output, "The answer"),
            field("metadata", &S::metadata, "Anything else"),
            field("origin", &S::origin, "channel, replyTo, from, triggerType"),
            field("usage", &S::usage, "What it used: tokens, cost"),
            field("plan", &S::plan, "Its steps, done or to be done"),
            field("retention", &S::retention, "How long it is kept"));
    }
};

// A worker's claim on a job: another lease has another generation.
struct Claim {
    std::string id;
    int generation = 0;
    static auto describe() {
        return fields(
            field("id", &Claim::id, "The job").required().format("uuid"),
            field("generation", &Claim::generation, "Of the lease, as it came with the job")
                .required()
                .range(1, 2e9));
    }
};

// A word that was not taken, because the job is not that worker's any more.
struct Stale {
    std::string id;
    std::string why;
    static auto describe() {
        return fields(
            field("id", &Stale::id, "The job"),
            field("why", &Stale::why,
                  "cancelled, finished, leased again, not leased or unknown: stop working on it"));
    }
};

enum class StepStatus { complete, failed };
enum class ToolStatus { ok, error };
enum class Redaction { none, redacted, unknown };
enum class Decision { approved, rejected };
enum class Verified { ok, missing, changed };

struct Signal {
    std::string name;
    json::value payload;
    std::string sent_by;
    Timestamp sent_at;
    template <class S = Signal>
    static auto describe() {
        return fields(field("name", &S::name, "Its name; approval:<step> for an approval"),
                      field("payload", &S::payload, "What it says"),
                      field("sentBy", &S::sent_by, "Who sent it"),
                      field("sentAt", &S::sent_at, "When"));
    }
};

}  // namespace stele::jobs

template <>
struct stele::reflect::EnumNames<stele::jobs::Status> {
    static constexpr std::array<std::pair<jobs::Status, std::string_view>, 6> values{
        {{jobs::Status::queued, "queued"},
         {jobs::Status::running, "running"},
         {jobs::Status::waiting, "waiting"},
         {jobs::Status::complete, "complete"},
         {jobs::Status::failed, "failed"},
         {jobs::Status::stopped, "stopped"}}};
};
template <>
struct stele::reflect::EnumNames<stele::jobs::StepState> {
    static constexpr std::array<std::pair<jobs::StepState, std::string_view>, 4> values{
        {{jobs::StepState::pending, "pending"},
         {jobs::StepState::in_progress, "in_progress"},
         {jobs::StepState::completed, "completed"},
         {jobs::StepState::failed, "failed"}}};
};

#define STELE_JOBS_NAMES(type, count, ...)                                                        \
    template <>                                                                                   \
    struct stele::reflect::EnumNames<stele::jobs::type> {                                         \
        using E = stele::jobs::type;                                                              \
        static constexpr std::array<std::pair<E, std::string_view>, count> values{{__VA_ARGS__}}; \
    }

STELE_JOBS_NAMES(StepStatus, 2, {E::complete, "complete"}, {E::failed, "failed"});
STELE_JOBS_NAMES(ToolStatus, 2, {E::ok, "ok"}, {E::error, "error"});
STELE_JOBS_NAMES(Redaction, 3, {E::none, "none"}, {E::redacted, "redacted"},
                 {E::unknown, "unknown"});
STELE_JOBS_NAMES(Decision, 2, {E::approved, "approved"}, {E::rejected, "rejected"});
STELE_JOBS_NAMES(Verified, 3, {E::ok, "ok"}, {E::missing, "missing"}, {E::changed, "changed"});
#undef STELE_JOBS_NAMES
