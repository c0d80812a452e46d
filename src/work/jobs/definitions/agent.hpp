// Jobs for coding agents, as the gateway's contract has them: a prompt to be worked on, and words
// to the agent while it works.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/context.hpp"
#include "work/jobs/queue/requests.hpp"

namespace stele::jobs {

// What such a job is called: workers that run agents lease this name.
inline constexpr auto kAgentJob = "agent";

struct RunInput {
    std::optional<std::string> prompt, spec_file, agent, model;
    std::optional<int> max_iterations;
    std::optional<std::string> workdir, queue, key;
    std::optional<json::object> origin, metadata;
    bool local = false;
    std::string domain, conversation;
    int depth = 0;
    std::vector<std::string> path;
    template <class S = RunInput>
    static auto describe() {
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
            field("metadata", &S::metadata, "Anything else").max_bytes(limits::kMetadataBytes),
            field("local", &S::local, "Here, and by no other instance"),
            field("domain", &S::domain, "What it is about, when another instance may have it")
                .max_bytes(limits::kNameBytes),
            field("conversation", &S::conversation,
                  "What it belongs to: whoever was given the last of it is given this too, while "
                  "well and not gone")
                .max_bytes(limits::kNameBytes),
            field("depth", &S::depth, "How often it was handed on already")
                .range(0, limits::kMeshDepth),
            field("path", &S::path, "The instances that had it already")
                .max_items(limits::kMeshDepth)
                .max_bytes(limits::kNameBytes));
    }
};

struct RunOutput {
    std::string id, status;
    std::optional<bool> duplicate;
    std::optional<std::string> remote_job_id, explanation_id;
    std::optional<json::object> routed_to;
    template <class S = RunOutput>
    static auto describe() {
        return fields(
            field("id", &S::id, "The job's id; of the existing one when duplicate"),
            field("status", &S::status, "How it stands; delegated: another instance has it"),
            field("duplicate", &S::duplicate, "true: the queue had the key already"),
            field("remoteJobId", &S::remote_job_id, "Of a delegated one: its id over there"),
            field("routedTo", &S::routed_to, "Who has it: name, endpoint, score, breakdown"),
            field("explanationId", &S::explanation_id, "Why that one"));
    }
};

// Jobs that are not done here. Both may be absent.
struct RemoteRouter {
    // Hands it to another instance; nothing: it is done here.
    std::function<std::optional<RunOutput>(runtime::Context&, const RunInput&)> run;
    // How a job stands that is no job of this ledger.
    std::function<std::optional<Job>(runtime::Context&, const std::string& id)> find;
};

struct ContextInput {
    std::string id;
    std::string text;
    template <class S = ContextInput>
    static auto describe() {
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
    template <class S = ContextOutput>
    static auto describe() {
        return fields(field("ok", &S::ok, "It was put on record"),
                      field("seq", &S::seq, "Its place among the job's events"));
    }
};

// What is submitted for it: who had it already stands in the metadata, as "mesh". Throws
// Error(invalid_argument) unless there is a prompt or a spec file, and not both.
SubmitInput job_of(const RunInput& input);
SubmitOutput run(runtime::Context& context, const RunInput& input);

// The job of this queue and key, when there is one.
std::optional<std::string> find_key(runtime::Context& context, const std::string& queue,
                                    const std::string& key);
// Jobs under way that came in through this instance, counted as far as a thousand.
int count_running(runtime::Context& context, const std::string& instance);

// An event of type "context", which the worker finds with job.events (types context, afterSeq, and
// waitMs to hear of it at once). Throws Error(not_found), Error(conflict) for a job that has ended.
ContextOutput add_context(runtime::Context& context, const ContextInput& input);

}  // namespace stele::jobs
