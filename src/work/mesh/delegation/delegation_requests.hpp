// Work that is handed to another instance: what is asked, and how it stands.
#pragma once

#include "knowledge/tenancy/retention.hpp"
#include "work/mesh/routing/route_requests.hpp"

namespace stele::mesh {

// submitting: sent, not yet answered; submitted: the target has it; local: it was done here
// instead; the others are how the job over there ended.
enum class DelegationStatus { submitting, submitted, complete, failed, stopped, local };
constexpr bool ended(DelegationStatus stand) {
    return stand != DelegationStatus::submitting && stand != DelegationStatus::submitted;
}

// What becomes of a job that nobody takes.
enum class Fallback { none, local };

struct DelegateInput {
    std::optional<std::string> task, prompt, target;
    std::string domain, model, conversation;
    bool async = false;
    Fallback fallback = Fallback::none;
    std::optional<std::string> key, job_id;
    int depth = 0;
    std::vector<std::string> path;
    int wait_seconds = limits::kDelegationWaitSeconds;
    tenancy::Retention retention = tenancy::Retention::standard;
    template <class S = DelegateInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            field("task", &S::task, "What is to be done, complete in itself")
                .positional()
                .min_bytes(1)
                .max_bytes(limits::kContentBytes),
            field("prompt", &S::prompt, "The same under another name")
                .min_bytes(1)
                .max_bytes(limits::kContentBytes),
            field("target", &S::target, "Who is to do it; absent: whom it fits best")
                .min_bytes(1)
                .max_bytes(name),
            field("domain", &S::domain, "What it is about: the role that does such work")
                .max_bytes(name),
            field("model", &S::model, "With which model, as provider/model").max_bytes(name),
            field("conversation", &S::conversation,
                  "What it belongs to: whoever was given the last of it is given this too, while "
                  "well and not gone")
                .max_bytes(name),
            field("async", &S::async, "Answer when it is submitted, not when it is done"),
            field("fallback", &S::fallback, "local: when nobody takes it, it is submitted here"),
            field("key", &S::key, "Your own name for it: it is delegated once, however often sent")
                .min_bytes(1)
                .max_bytes(limits::kDedupKeyBytes),
            field("jobId", &S::job_id, "The job here that needs it").format("uuid"),
            field("depth", &S::depth, "How often it was handed on already")
                .range(0, limits::kMeshDepth),
            field("path", &S::path, "Who had it already")
                .max_items(limits::kMeshDepth)
                .max_bytes(name),
            field("waitSeconds", &S::wait_seconds, "How long to wait for its end")
                .clamp(1, limits::kDelegationWaitSeconds),
            field("retention", &S::retention,
                  "How long its record is kept: ephemeral, standard, audit or legal-hold"));
    }
};

// Why nobody has it.
enum class Refusal { nobody, unsuitable, unwell, refused };

struct DelegateOutput {
    bool delegated = false;
    std::optional<Refusal> refusal;
    std::optional<std::string> job_id, target, status, summary, error, message;
    std::optional<std::vector<std::string>> files_changed;
    std::optional<std::string> remote_job_id, explanation_id;
    std::optional<bool> duplicate;
    std::optional<std::vector<Scored>> scores;
    std::optional<std::vector<std::string>> redacted;
    template <class S = DelegateOutput>
    static auto describe() {
        return fields(
            field("delegated", &S::delegated, "Somebody else has it"),
            field("jobId", &S::job_id, "Its id here; job.get and delegation.get take it"),
            field("target", &S::target, "Who has it"),
            field(
                "status", &S::status,
                "submitting, submitted, complete, failed, stopped, local; timeout: not yet ended"),
            field("summary", &S::summary, "What the job said at its end"),
            field("error", &S::error, "Why it failed"),
            field("message", &S::message, "What happened"),
            field(
                "refusal", &S::refusal,
                "Why nobody has it: nobody (no other instance is there), unsuitable (see scores), "
                "unwell (it does not answer), refused (it said no)"),
            field("filesChanged", &S::files_changed, "As the job said"),
            field("remoteJobId", &S::remote_job_id, "The job's id over there"),
            field("explanationId", &S::explanation_id, "Why that one"),
            field("duplicate", &S::duplicate, "true: it was delegated before under this key"),
            field("scores", &S::scores, "When nobody fits: the best there were"),
            field(
                "redacted", &S::redacted,
                "payload: it held secrets; it is sent whole, and its record is kept without them"));
    }
};

struct Delegation {
    std::string id, local_job_id, remote_agent, endpoint;
    std::optional<std::string> remote_job_id;
    DelegationStatus status = DelegationStatus::submitting;
    std::optional<std::string> remote_status, for_job_id;
    int depth = 0;
    std::vector<std::string> path;
    std::optional<double> routing_score;
    std::string routing_reason, explanation_id, key;
    std::optional<json::value> outcome;
    std::optional<std::string> error;
    int attempts = 0;
    bool is_tracker_active = false;
    Timestamp created_at;
    std::optional<Timestamp> started_at, ended_at;
    template <class S = Delegation>
    static auto describe() {
        return fields(
            field("id", &S::id, "Its id"),
            field("localJobId", &S::local_job_id,
                  "What the job is called here: this id, or that of the job it fell back to"),
            field("remoteAgent", &S::remote_agent, "Who has it"),
            field("endpoint", &S::endpoint, "Where that is"),
            field("remoteJobId", &S::remote_job_id, "The job's id over there"),
            field("status", &S::status, "submitting, submitted, complete, failed, stopped, local"),
            field("remoteStatus", &S::remote_status, "What was last heard of it"),
            field("forJobId", &S::for_job_id, "The job here that needs it"),
            field("depth", &S::depth, "How often it was handed on, this time included"),
            field("path", &S::path, "Who had it"),
            field("routingScore", &S::routing_score, "The score of who has it"),
            field("routingReason", &S::routing_reason, "What spoke for it"),
            field("explanationId", &S::explanation_id, "Under which all factors are kept"),
            field("key", &S::key, "The caller's own name for it, else the id"),
            field("outcome", &S::outcome, "How it ended: summary, filesChanged, usage, output"),
            field("error", &S::error, "Why it failed"),
            field("attempts", &S::attempts, "Looks without an answer, in a row"),
            field("isTrackerActive", &S::is_tracker_active, "Somebody is looking after it"),
            field("createdAt", &S::created_at, "When it was delegated"),
            field("startedAt", &S::started_at, "When the target took it"),
            field("endedAt", &S::ended_at, "When it ended"));
    }
};

struct DelegationEvent {
    int seq = 0;
    std::string type;
    json::value payload;
    Timestamp at;
    template <class S = DelegationEvent>
    static auto describe() {
        return fields(
            field("seq", &S::seq, "Its place"),
            field("type", &S::type, "submitting, submitted, status, unanswered, ended or local"),
            field("payload", &S::payload, "What there is to say, without secrets"),
            field("at", &S::at, "When"));
    }
};

struct DelegationIdInput {
    std::string id;
    static auto describe() {
        return fields(field("delegationId", &DelegationIdInput::id, "The delegation")
                          .required()
                          .positional()
                          .format("uuid"));
    }
};

struct DelegationGetOutput {
    Delegation delegation;
    std::vector<DelegationEvent> events;
    std::optional<json::object> explanation;
    template <class S = DelegationGetOutput>
    static auto describe() {
        return fields(field("delegation", &S::delegation, "How it stands"),
                      field("events", &S::events, "The last hundred, in order"),
                      field("explanation", &S::explanation,
                            "Why it went there: weights, candidates, skipped, reason"));
    }
};

struct DelegationsInput {
    std::optional<DelegationStatus> status;
    std::optional<std::string> target, cursor;
    int limit = 20;
    template <class S = DelegationsInput>
    static auto describe() {
        return fields(
            field("status", &S::status,
                  "Only these: submitting, submitted, complete, failed, stopped, local"),
            field("target", &S::target, "Only to this instance").max_bytes(limits::kNameBytes),
            field("limit", &S::limit, "How many").clamp(1, limits::kPage).alias("n").positional(),
            field("cursor", &S::cursor, "nextCursor of the page before").format("uuid"));
    }
};

struct DelegationsOutput {
    std::vector<Delegation> jobs;
    std::optional<std::string> next_cursor;
    template <class S = DelegationsOutput>
    static auto describe() {
        return fields(field("jobs", &S::jobs, "The last first"),
                      field("nextCursor", &S::next_cursor, "Absent on the last page"));
    }
};

}  // namespace stele::mesh

namespace stele::reflect {

template <>
struct EnumNames<mesh::DelegationStatus> {
    static constexpr std::array<std::pair<mesh::DelegationStatus, std::string_view>, 6> values{
        {{mesh::DelegationStatus::submitting, "submitting"},
         {mesh::DelegationStatus::submitted, "submitted"},
         {mesh::DelegationStatus::complete, "complete"},
         {mesh::DelegationStatus::failed, "failed"},
         {mesh::DelegationStatus::stopped, "stopped"},
         {mesh::DelegationStatus::local, "local"}}};
};

template <>
struct EnumNames<mesh::Refusal> {
    static constexpr std::array<std::pair<mesh::Refusal, std::string_view>, 4> values{
        {{mesh::Refusal::nobody, "nobody"},
         {mesh::Refusal::unsuitable, "unsuitable"},
         {mesh::Refusal::unwell, "unwell"},
         {mesh::Refusal::refused, "refused"}}};
};

template <>
struct EnumNames<mesh::Fallback> {
    static constexpr std::array<std::pair<mesh::Fallback, std::string_view>, 2> values{
        {{mesh::Fallback::none, "none"}, {mesh::Fallback::local, "local"}}};
};

}  // namespace stele::reflect
