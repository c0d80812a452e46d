// What is asked about a job's history, and the answers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "work/jobs/fields.hpp"

namespace stele::jobs {

struct WaitInput {
    std::string id;
    int wait_ms = 30'000;
    template <class S = WaitInput>
    static auto describe() {
        return fields(job_id_field<S>(),
                      field("waitMs", &S::wait_ms, "How long").clamp(0, limits::kWaitMs));
    }
};

struct EventsInput {
    std::string id;
    std::vector<std::string> types;
    int after_seq = 0;
    int limit = 100;
    int wait_ms = 0;
    template <class S = EventsInput>
    static auto describe() {
        return fields(
            job_id_field<S>(),
            field("types", &S::types, "Only of these types")
                .max_bytes(limits::kNameBytes)
                .max_items(32),
            field("afterSeq", &S::after_seq, "After this place: nextSeq of the page before")
                .range(0, 2e9),
            field("limit", &S::limit, "How many").clamp(1, 1000).alias("n"),
            field("waitMs", &S::wait_ms, "How long to wait when there is none")
                .clamp(0, limits::kWaitMs));
    }
};

struct Event {
    int seq = 0;
    std::string type;
    Timestamp at;
    std::optional<std::string> step;
    std::optional<json::value> payload;
    template <class S = Event>
    static auto describe() {
        return fields(
            field("seq", &S::seq, "Its place in the job"),
            field("type", &S::type, "job.queued, job.started, … or what the worker reported"),
            field("at", &S::at, "When"), field("step", &S::step, "The step it belongs to"),
            field("payload", &S::payload, "What it says, without secrets"));
    }
};

struct EventsOutput {
    std::vector<Event> events;
    int next_seq = 0;
    bool ended = false;
    template <class S = EventsOutput>
    static auto describe() {
        return fields(field("events", &S::events, "In their order"),
                      field("nextSeq", &S::next_seq, "Pass it as afterSeq for what comes next"),
                      field("ended", &S::ended, "No more will come after these"));
    }
};

struct Step {
    std::string name;
    int seq = 0, attempt = 1;
    StepStatus status = StepStatus::complete;
    std::optional<std::string> title, error;
    std::optional<json::value> output;
    Timestamp started_at, ended_at;
    template <class S = Step>
    static auto describe() {
        return fields(
            field("name", &S::name, "The step"), field("seq", &S::seq, "Its place in the job"),
            field("attempt", &S::attempt, "Of the job"),
            field("status", &S::status, "complete or failed"),
            field("title", &S::title, "What it does"), field("error", &S::error, "What went wrong"),
            field("output", &S::output, "What it gave"),
            field("startedAt", &S::started_at, "When it began"),
            field("endedAt", &S::ended_at, "When it ended"));
    }
};

struct Attempt {
    int attempt = 1, generation = 1;
    std::string outcome;
    std::optional<std::string> worker, error;
    std::optional<Timestamp> started_at, retry_at;
    Timestamp ended_at;
    template <class S = Attempt>
    static auto describe() {
        return fields(
            field("attempt", &S::attempt, "Which"),
            field("generation", &S::generation, "Of its lease"),
            field("outcome", &S::outcome, "retried, lost, released, suspended, failed or stopped"),
            field("worker", &S::worker, "Who had it"),
            field("error", &S::error, "What went wrong, or what it waited for"),
            field("startedAt", &S::started_at, "When it began"),
            field("retryAt", &S::retry_at, "When it was to go on"),
            field("endedAt", &S::ended_at, "When it ended"));
    }
};

struct StepsOutput {
    std::vector<Step> steps;
    std::vector<Signal> signals;
    std::vector<Attempt> attempts;
    template <class S = StepsOutput>
    static auto describe() {
        return fields(field("steps", &S::steps, "In their order"),
                      field("signals", &S::signals, "What was sent to it"),
                      field("attempts", &S::attempts, "Leases that did not complete it"));
    }
};

struct Checkpoint {
    int seq = 0;
    std::optional<std::string> step;
    std::string label;
    bool safe_to_resume = false;
    Timestamp created_at;
    int bytes = 0;
    std::string hash;
    template <class S = Checkpoint>
    static auto describe() {
        return fields(field("seq", &S::seq, "Its place in the job: name it to resume from it"),
                      field("stepId", &S::step, "The step it belongs to"),
                      field("label", &S::label, "What it is called"),
                      field("safeToResume", &S::safe_to_resume, "A job may be resumed from it"),
                      field("createdAt", &S::created_at, "When"),
                      field("bytes", &S::bytes, "Of its state"),
                      field("hash", &S::hash, "SHA-256 of its state"));
    }
};

struct CheckpointsOutput {
    std::vector<Checkpoint> checkpoints;
    std::optional<int> latest_safe;
    template <class S = CheckpointsOutput>
    static auto describe() {
        return fields(
            field("checkpoints", &S::checkpoints, "In their order"),
            field("latestSafe", &S::latest_safe, "The last one that is safe to resume from"));
    }
};

struct ArtifactInput {
    std::string id;
    static auto describe() {
        return fields(field("artifactId", &ArtifactInput::id, "The artifact")
                          .required()
                          .positional()
                          .format("uuid"));
    }
};

struct ArtifactsInput {
    std::optional<std::string> id;
    int limit = 100;
    template <class S = ArtifactsInput>
    static auto describe() {
        return fields(
            field("jobId", &S::id, "Of this job; absent: of all").positional().format("uuid"),
            field("limit", &S::limit, "How many").clamp(1, 1000).alias("n"));
    }
};

struct Artifact {
    std::string id, job_id;
    std::optional<std::string> step;
    std::string uri, sha256;
    std::int64_t bytes = 0;
    std::string media_type;
    Retention retention_class = Retention::standard;
    Redaction redaction_status = Redaction::unknown;
    std::optional<Verified> verified;
    std::optional<Timestamp> verified_at;
    Timestamp created_at;
    template <class S = Artifact>
    static auto describe() {
        return fields(
            field("id", &S::id, "Its id"), field("jobId", &S::job_id, "The job that produced it"),
            field("stepId", &S::step, "The step"), field("uri", &S::uri, "Where it is"),
            field("sha256", &S::sha256, "Its hash"), field("bytes", &S::bytes, "Its size"),
            field("mediaType", &S::media_type, "What it is"),
            field("retentionClass", &S::retention_class, "How long it is kept"),
            field("redactionStatus", &S::redaction_status, "none, redacted or unknown"),
            field("verified", &S::verified, "ok, missing or changed, when it was last compared"),
            field("verifiedAt", &S::verified_at, "When that was"),
            field("createdAt", &S::created_at, "When it was reported"));
    }
};

struct ArtifactsOutput {
    std::vector<Artifact> artifacts;
    static auto describe() {
        return fields(
            field("artifacts", &ArtifactsOutput::artifacts, "In the order they were reported"));
    }
};

struct ChildrenOutput {
    std::vector<Job> children;
    json::object statuses, usage;
    std::int64_t descendants = 0;
    template <class S = ChildrenOutput>
    static auto describe() {
        return fields(field("children", &S::children, "The last hundred, the last submitted first"),
                      field("statuses", &S::statuses, "How many of all descendants stand how"),
                      field("usage", &S::usage, "What they used together"),
                      field("descendants", &S::descendants, "Children, their children and so on"));
    }
};

}  // namespace stele::jobs
