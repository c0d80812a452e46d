// What happened to a job, everything in one order of time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/context.hpp"
#include "work/jobs/queue/requests.hpp"

namespace stele::jobs {

struct TimelineInput {
    std::string id;
    int limit = 200;
    std::optional<std::string> cursor;
    template <class S = TimelineInput>
    static auto describe() {
        return fields(job_id_field<S>(),
                      field("limit", &S::limit, "How many entries").clamp(1, 1000).alias("n"),
                      field("cursor", &S::cursor, "The cursor of the page before")
                          .max_bytes(limits::kNameBytes));
    }
};

struct TimelineJob {
    std::string id, name, queue;
    Status status = Status::queued;
    Timestamp created_at;
    std::optional<Timestamp> started_at, completed_at;
    std::optional<std::string> stop_reason, error, retry_of, forked_from;
    template <class S = TimelineJob>
    static auto describe() {
        return fields(field("id", &S::id, "The job"), field("name", &S::name, "What it does"),
                      field("queue", &S::queue, "Its queue"),
                      field("status", &S::status, "How it stands"),
                      field("createdAt", &S::created_at, "When it was submitted"),
                      field("startedAt", &S::started_at, "When it first began"),
                      field("completedAt", &S::completed_at, "When it ended, however it did"),
                      field("stopReason", &S::stop_reason, "Why it was stopped"),
                      field("error", &S::error, "Why it failed"),
                      field("retryOf", &S::retry_of, "The job it takes up again"),
                      field("forkedFrom", &S::forked_from, "The job it branched off"));
    }
};

struct TimelineEntry {
    int seq = 0;
    Timestamp at;
    std::string kind;
    std::optional<std::string> step, title, status;
    std::optional<std::int64_t> duration_ms;
    std::optional<std::string> ref_id, detail;
    template <class S = TimelineEntry>
    static auto describe() {
        return fields(
            field("seq", &S::seq, "Its place in the job, where it has one"),
            field("at", &S::at, "When it happened or began"),
            field("kind", &S::kind,
                  "status, attempt, step, tool, event, checkpoint, artifact, signal or delegation"),
            field("stepId", &S::step, "The step it belongs to"),
            field("title", &S::title, "What it is called"),
            field("status", &S::status, "How it stands or ended"),
            field("durationMs", &S::duration_ms, "How long it took, or has taken so far"),
            field("refId", &S::ref_id, "What to ask for to see more"),
            field("detail", &S::detail, "An error, the beginning of an event, who sent a signal"));
    }
};

struct TimelineOutput {
    TimelineJob job;
    std::vector<TimelineEntry> entries;
    std::vector<PlannedStep> pending;
    std::optional<int> resumable_from;
    bool truncated = false;
    std::optional<std::string> cursor;
    template <class S = TimelineOutput>
    static auto describe() {
        return fields(
            field("job", &S::job, "The job"), field("entries", &S::entries, "In the order of time"),
            field("pending", &S::pending,
                  "Steps of its plan that are not done; on the last page, while it lives"),
            field("resumableFrom", &S::resumable_from,
                  "The last checkpoint that is safe to resume from"),
            field("truncated", &S::truncated, "There are more entries"),
            field("cursor", &S::cursor, "Pass it for those"));
    }
};

// Throws Error(not_found).
TimelineOutput timeline(runtime::Context& context, const TimelineInput& input);

// The entries with a bar each, placed and as long as it took.
std::string render_timeline(const json::value& output);

}  // namespace stele::jobs
