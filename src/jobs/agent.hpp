// Jobs for coding agents, as the gateway's contract has them: a prompt to be worked on, and words
// to the agent while it works.
#pragma once

#include <optional>
#include <string>

#include "api/context.hpp"
#include "jobs/requests.hpp"

namespace stele::jobs {

// What such a job is called: workers that run agents lease this name.
inline constexpr auto kAgentJob = "agent";

struct RunInput {
    std::optional<std::string> prompt, spec_file, agent, model;
    std::optional<int> max_iterations;
    std::optional<std::string> workdir, queue, key;
    std::optional<json::object> origin, metadata;
    static constexpr auto describe() {
        using S = RunInput;
        return fields(
            field("prompt", &S::prompt, "What is to be done, in words")
                .positional()
                .min_bytes(1)
                .max_bytes(limits::kContentBytes),
            field("specFile", &S::spec_file, "Or the file that says it; the worker reads it")
                .min_bytes(1)
                .max_bytes(limits::kUriBytes),
            field("agent", &S::agent, "Which agent is to do it; absent: the worker's own choice")
                .max_bytes(limits::kNameBytes),
            field("model", &S::model, "With which model").max_bytes(limits::kNameBytes),
            field("maxIterations", &S::max_iterations, "How often the agent goes on at most")
                .range(1, 100),
            field("workdir", &S::workdir, "Where").max_bytes(limits::kUriBytes),
            queue_field(&S::queue, "Where it waits; absent: its definition's, or default")
                .alias("q"),
            field("key", &S::key, "Your own name for the job: a queue takes each once")
                .min_bytes(1)
                .max_bytes(limits::kDedupKeyBytes),
            field("origin", &S::origin, "Where it came from: channel, replyTo, from, triggerType")
                .max_bytes(limits::kMetadataBytes),
            field("metadata", &S::metadata, "Anything else").max_bytes(limits::kMetadataBytes));
    }
};

struct ContextInput {
    std::string id;
    std::string text;
    static constexpr auto describe() {
        using S = ContextInput;
        return fields(job_id_field<S>(), field("text", &S::text, "What it should know")
                                             .required()
                                             .positional()
                                             .min_bytes(1)
                                             .max_bytes(limits::kContentBytes / 2));
    }
};

struct ContextOutput {
    bool ok = true;
    int seq = 0;
    static constexpr auto describe() {
        using S = ContextOutput;
        return fields(field("ok", &S::ok, "It was put on record"),
                      field("seq", &S::seq, "Its place among the job's events"));
    }
};

// Throws Error(invalid_argument) unless there is a prompt or a spec file, and not both.
SubmitOutput run(api::Context& context, const RunInput& input);

// An event of type "context", which the worker finds with job.events (types context, afterSeq, and
// waitMs to hear of it at once). Throws Error(not_found), Error(conflict) for a job that has ended.
ContextOutput add_context(api::Context& context, const ContextInput& input);

}  // namespace stele::jobs
