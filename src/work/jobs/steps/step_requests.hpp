// What workers say beyond "done" and "failed": steps, waits, reports; what others say to a job.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "knowledge/events/event_type.hpp"
#include "work/jobs/fields.hpp"

namespace stele::jobs {

// Why a text is not a SHA-256 as `sha256sum FILE` prints it.
std::string hash_problem(std::string_view text);

struct StepSaid {
    std::string id;
    int generation = 0;
    std::string name;
    StepStatus status = StepStatus::complete;
    std::optional<std::string> title, input_hash, error;
    json::value output;
    std::optional<Timestamp> started_at, ended_at;
    template <class S = StepSaid>
    static auto describe() {
        return fields(
            claim_id_field<S>(), generation_field<S>(),
            field("name", &S::name, "The step: one name a job")
                .required()
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            field("status", &S::status, "complete: a replay does not run it again; or failed"),
            field("title", &S::title, "What it does, in words").max_bytes(limits::kScopeBytes),
            field("inputHash", &S::input_hash, "Of what it was given, to tell whether that changed")
                .max_bytes(limits::kNameBytes),
            field("output", &S::output, "What it gave").max_bytes(limits::kJobBytes),
            field("error", &S::error, "What went wrong").max_bytes(limits::kPendingBytes),
            field("startedAt", &S::started_at, "When it began; absent: now"),
            field("endedAt", &S::ended_at, "When it ended; absent: now"));
    }
};

struct StepInput {
    std::vector<StepSaid> jobs;
    static auto describe() {
        return fields(field("jobs", &StepInput::jobs, "Up to 500 steps of any jobs")
                          .required()
                          .max_items(limits::kLeaseBatch));
    }
};

struct StepOutput {
    int saved = 0;
    std::vector<Stale> stale;
    std::optional<std::vector<Refused>> refused;
    template <class S = StepOutput>
    static auto describe() {
        return fields(field("saved", &S::saved, "Steps that are kept"), stale_field<S>(),
                      refused_field<S>());
    }
};

struct Wait {
    std::string id;
    int generation = 0;
    std::optional<Timestamp> until;
    std::optional<int> seconds;
    std::optional<std::string> signal, approval;
    bool children = false;
    template <class S = Wait>
    static auto describe() {
        return fields(
            claim_id_field<S>(), generation_field<S>(),
            field("until", &S::until, "Until then; with something else to wait for: at the latest"),
            field("seconds", &S::seconds, "The same, from now")
                .range(0, 366.0 * limits::kLeaseSecondsMost),
            field("signal", &S::signal, "Until this signal comes, or at once when it has come")
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            field("approval", &S::approval, "Until somebody approves or rejects this step")
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            field("children", &S::children, "Until no child is left that has not ended"));
    }
};

struct SuspendInput {
    std::vector<Wait> jobs;
    static auto describe() { return fields(items_field<SuspendInput>()); }
};

struct SuspendOutput {
    int suspended = 0;
    std::vector<std::string> ready;
    std::vector<Stale> stale;
    template <class S = SuspendOutput>
    static auto describe() {
        return fields(
            field("suspended", &S::suspended, "How many wait now"),
            field("ready", &S::ready, "Those that need not wait: they can be leased again"),
            stale_field<S>());
    }
};

struct EventSaid {
    std::string type;
    std::optional<std::string> step;
    json::value payload;
    template <class S = EventSaid>
    static auto describe() {
        return fields(field("type", &S::type, "What kind: output, progress, plan, …")
                          .required()
                          .min_bytes(1)
                          .max_bytes(limits::kNameBytes)
                          .checked(events::reported_type_problem),
                      step_field<S>(),
                      field("payload", &S::payload, "What it says; kept without secrets")
                          .max_bytes(limits::kContentBytes));
    }
};

struct ToolSaid {
    std::string tool;
    std::optional<std::string> step;
    json::value args, result;
    ToolStatus status = ToolStatus::ok;
    std::optional<int> duration_ms;
    std::optional<Timestamp> started_at;
    template <class S = ToolSaid>
    static auto describe() {
        return fields(
            field("tool", &S::tool, "Which").required().min_bytes(1).max_bytes(limits::kNameBytes),
            step_field<S>(),
            field("args", &S::args, "What it was asked; kept without secrets")
                .max_bytes(limits::kContentBytes),
            field("result", &S::result, "What it answered; kept without secrets")
                .max_bytes(limits::kContentBytes),
            field("status", &S::status, "ok or error"),
            field("durationMs", &S::duration_ms, "How long it took").range(0, 2e9),
            field("startedAt", &S::started_at, "When; absent: now"));
    }
};

struct CheckpointSaid {
    std::string label;
    std::optional<std::string> step;
    bool safe = false;
    json::value state;
    template <class S = CheckpointSaid>
    static auto describe() {
        return fields(field("label", &S::label, "What it is called")
                          .required()
                          .min_bytes(1)
                          .max_bytes(limits::kNameBytes),
                      step_field<S>(), field("safe", &S::safe, "A job may be resumed from it"),
                      field("state", &S::state, "What a resumed job needs")
                          .required()
                          .max_bytes(limits::kJobBytes));
    }
};

struct ArtifactSaid {
    std::string uri;
    std::string sha256;
    std::int64_t bytes = 0;
    std::string media_type = "application/octet-stream";
    std::optional<std::string> step;
    Retention retention = Retention::standard;
    Redaction redaction_status = Redaction::unknown;
    template <class S = ArtifactSaid>
    static auto describe() {
        return fields(field("uri", &S::uri, "Where it is")
                          .required()
                          .min_bytes(1)
                          .max_bytes(limits::kUriBytes),
                      field("sha256", &S::sha256, "Its hash: 64 lower-case hex digits")
                          .required()
                          .min_bytes(64)
                          .max_bytes(64)
                          .checked(hash_problem),
                      field("bytes", &S::bytes, "Its size").required().range(0, 9e15),
                      field("mediaType", &S::media_type, "What it is")
                          .min_bytes(1)
                          .max_bytes(limits::kNameBytes),
                      step_field<S>(),
                      field("retention", &S::retention, "ephemeral, standard, audit or legal-hold"),
                      field("redactionStatus", &S::redaction_status, "none, redacted or unknown"));
    }
};

struct Report {
    std::string id;
    int generation = 0;
    std::vector<EventSaid> events;
    std::vector<ToolSaid> tool_calls;
    std::vector<CheckpointSaid> checkpoints;
    std::vector<ArtifactSaid> artifacts;
    template <class S = Report>
    static auto describe() {
        return fields(
            claim_id_field<S>(), generation_field<S>(),
            field("events", &S::events, "What happened, partial output too")
                .max_items(limits::kBatch),
            field("toolCalls", &S::tool_calls, "Which tools were used").max_items(limits::kBatch),
            field("checkpoints", &S::checkpoints, "Where it could be resumed").max_items(32),
            field("artifacts", &S::artifacts, "What it produced").max_items(limits::kBatch));
    }
};

struct ReportInput {
    std::vector<Report> jobs;
    static auto describe() { return fields(items_field<ReportInput>()); }
};

struct Reported {
    std::string id;
    std::vector<int> checkpoints;
    std::vector<std::string> artifacts;
    std::optional<std::vector<std::string>> redacted;
    template <class S = Reported>
    static auto describe() {
        return fields(
            field("id", &S::id, "The job"),
            field("checkpoints", &S::checkpoints, "The places of its new checkpoints"),
            field("artifacts", &S::artifacts, "The ids of its artifacts, in the order given"),
            field("redacted", &S::redacted,
                  "Fields that held secrets and are kept without them, such as events[0].payload"));
    }
};

struct ReportOutput {
    std::vector<Reported> jobs;
    std::vector<Stale> stale;
    std::optional<std::vector<Refused>> refused;
    template <class S = ReportOutput>
    static auto describe() {
        return fields(field("jobs", &S::jobs, "Those whose reports are kept"), stale_field<S>(),
                      refused_field<S>());
    }
};

struct SignalInput {
    std::string id;
    std::string name;
    json::value payload;
    template <class S = SignalInput>
    static auto describe() {
        return fields(
            job_id_field<S>(),
            field("name", &S::name, "Its name")
                .required()
                .positional()
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            field("payload", &S::payload, "What it says").max_bytes(limits::kContentBytes));
    }
};

struct ApproveInput {
    std::string id;
    std::string step;
    Decision decision = Decision::approved;
    std::string note;
    template <class S = ApproveInput>
    static auto describe() {
        return fields(job_id_field<S>(),
                      field("step", &S::step, "The step that waits for it")
                          .required()
                          .positional()
                          .min_bytes(1)
                          .max_bytes(limits::kNameBytes),
                      field("decision", &S::decision, "approved or rejected"),
                      field("note", &S::note, "Why").max_bytes(limits::kPendingBytes));
    }
};

struct SignalOutput {
    bool accepted = false;
    Signal signal;
    template <class S = SignalOutput>
    static auto describe() {
        return fields(field("accepted", &S::accepted, "false: another one of that name was first"),
                      field("signal", &S::signal, "The signal that the job has"));
    }
};

struct ResumeInput {
    std::string id;
    std::optional<int> checkpoint;
    std::optional<std::string> step;
    template <class S = ResumeInput>
    static auto describe() {
        return fields(
            job_id_field<S>(),
            field("checkpoint", &S::checkpoint, "From this safe checkpoint (seq)").range(0, 2e9),
            field("step", &S::step, "Or from this step on: it and later ones run again")
                .min_bytes(1)
                .max_bytes(limits::kNameBytes));
    }
};

struct ForkInput {
    std::string id;
    std::optional<int> checkpoint;
    std::optional<std::string> step;
    json::value input;
    template <class S = ForkInput>
    static auto describe() {
        return fields(
            job_id_field<S>(),
            field("checkpoint", &S::checkpoint, "From this safe checkpoint (seq)").range(0, 2e9),
            field("step", &S::step, "Or from this step on: it and later ones run anew")
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            field("input", &S::input, "Another input; absent: the same")
                .max_bytes(limits::kJobBytes));
    }
};

struct CopyOutput {
    std::string id;
    std::string from;
    int steps = 0;
    template <class S = CopyOutput>
    static auto describe() {
        return fields(field("id", &S::id, "The new job"),
                      field("from", &S::from, "Where it begins"),
                      field("steps", &S::steps, "Finished steps that it does not run again"));
    }
};

}  // namespace stele::jobs
