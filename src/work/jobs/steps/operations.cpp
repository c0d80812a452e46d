// Operations of workflows: steps, waits, signals, reports, and the history of a job.
#include <fmt/format.h>

#include "work/jobs/history/timeline.hpp"
#include "work/jobs/operations.hpp"
#include "work/jobs/queue/batch.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/registration.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

namespace {

using runtime::Operation;

json::array item(json::object more) {
    more["id"] = kExampleId;
    more["generation"] = 1;
    return {std::move(more)};
}

void register_working(runtime::Registry& registry) {
    Operation op = worker_op(batch_operation("job.step", save_steps), true);
    op.summary = "Keep what steps of jobs gave";
    op.description =
        "Use it in a worker after each step: when the job is leased again, its finished steps come "
        "with it "
        "and are not run again. A step that is finished stays as it was first.";
    op.examples = {
        {"A finished step",
         {{"jobs", item({{"name", "compile"}, {"output", json::object{{"warnings", 0}}}})}}}};
    registry.add(op);

    op = worker_op(runtime::operation("job.suspend", suspend), false);
    op.summary = "Give jobs back until something happens";
    op.description =
        "Use it in a worker when a job must sleep, wait for a signal, an approval or its children. "
        "It holds no "
        "worker meanwhile; what came before counts too. until and seconds bound every wait.";
    op.examples = {{"For a signal, an hour at most",
                    {{"jobs", item({{"signal", "payment"}, {"seconds", 3600}})}}},
                   {"For a person", {{"jobs", item({{"approval", "deploy"}})}}},
                   {"For its children", {{"jobs", item({{"children", true}})}}}};
    registry.add(op);

    op = worker_op(batch_operation("job.report", report), false);
    op.summary = "Put on record what jobs are doing";
    op.description =
        "Use it in a worker for events and partial output, tool calls, checkpoints and artifacts; "
        "one call may "
        "be about many jobs. Secrets are taken out of events, tool calls and artifacts' addresses; "
        "`redacted` says where.";
    op.examples = {
        {"A bit of everything",
         {{"jobs",
           item({{"events", json::array{json::object{{"type", "output"}, {"payload", "12 of 40"}}}},
                 {"toolCalls", json::array{json::object{{"tool", "bash"},
                                                        {"args", json::object{{"cmd", "make"}}},
                                                        {"durationMs", 1200}}}},
                 {"checkpoints",
                  json::array{json::object{{"label", "compiled"},
                                           {"safe", true},
                                           {"state", json::object{{"at", 12}}}}}}})}}}};
    registry.add(op);
}

void register_messages(runtime::Registry& registry) {
    Operation op = write_op(runtime::operation("job.signal", signal), true);
    op.summary = "Say something to a job";
    op.description =
        "Use it when what a job waits for has happened; it may also come before. Of one name the "
        "first signal "
        "is kept.";
    op.examples = {
        {"Paid",
         {{"jobId", kExampleId}, {"name", "payment"}, {"payload", json::object{{"euro", 12}}}}}};
    registry.add(op);

    op = write_op(runtime::operation("job.approve", approve), true);
    op.summary = "Approve or reject a step that waits for a person";
    op.description =
        "Use it to answer a job that waits for approval:<step>. The first decision holds.";
    op.default_tool = true;
    op.examples = {{"Yes", {{"jobId", kExampleId}, {"step", "deploy"}}},
                   {"No",
                    {{"jobId", kExampleId},
                     {"step", "deploy"},
                     {"decision", "rejected"},
                     {"note", "not today"}}}};
    registry.add(op);

    op = write_op(runtime::operation("job.resume", resume), false);
    op.summary = "Take up a finished job again, as a new one";
    op.description =
        "Use it after a failure or a stop: the new job has the finished steps, the safe "
        "checkpoints and the "
        "signals of the old one, up to a checkpoint or before a step. The old one stays as it was.";
    op.examples = {{"From where it stopped", {{"jobId", kExampleEndedId}}}};
    registry.add(op);

    op = write_op(runtime::operation("job.fork", fork), false);
    op.summary = "Branch off a job in another direction";
    op.description =
        "Use it to try something else from a checkpoint or a step on, perhaps with another input.";
    op.examples = {{"With another input",
                    {{"jobId", kExampleId}, {"input", json::object{{"branch", "next"}}}}}};
    registry.add(op);
}

// What a door waits for that follows one job.
runtime::LongPoll follow(const runtime::Context& context, const std::string& id, int wait_ms) {
    return {{watch_notification(context.caller.org, context.caller.project, id_of(id))},
            std::chrono::milliseconds(wait_ms)};
}

void register_following(runtime::Registry& registry) {
    Operation op = read_op(runtime::operation("job.wait", wait));
    op.summary = "Wait for a job to end";
    op.description =
        "Use it for the answer of a job: it comes as soon as the job has ended, or waitMs is over.";
    op.time_limit = std::chrono::milliseconds(limits::kWaitMs) + limits::kDeadline;
    op.waits(
        [](const runtime::Context& context, const json::value& input) {
            const auto in = reflect::read<WaitInput>(input);
            return follow(context, in.id, in.wait_ms);
        },
        [](const json::value& output) { return !output.as_object().contains("endedAt"); });
    op.examples = {{"A moment", {{"jobId", kExampleId}, {"waitMs", 10}}}};
    registry.add(op);

    op = read_op(runtime::operation("job.events", events));
    op.summary = "What a job reported, and how its status changed";
    op.description =
        "Use it to follow a job: pass nextSeq as afterSeq for what comes next; with waitMs it "
        "answers as soon as "
        "there is something.";
    op.routes = {{"GET", "/jobs/{jobId}/events"}, {"GET", "/job/{jobId}/events"}};
    op.time_limit = std::chrono::milliseconds(limits::kWaitMs) + limits::kDeadline;
    op.waits(
        [](const runtime::Context& context, const json::value& input) {
            const auto in = reflect::read<EventsInput>(input);
            return follow(context, in.id, in.wait_ms);
        },
        [](const json::value& output) {
            return output.at("events").as_array().empty() && !output.at("ended").as_bool();
        });
    op.examples = {{"From the beginning", {{"jobId", kExampleId}}}};
    registry.add(op);
}

void register_timeline(runtime::Registry& registry) {
    Operation op = read_op(runtime::operation("job.timeline", timeline));
    op.summary = "What happened to a job, in the order of time";
    op.description =
        "Use it to see what ran, where it stopped and how a failure was handled: attempts, steps, "
        "tool calls, events, checkpoints, artifacts, signals and delegations in one list.";
    op.default_tool = true;
    op.routes = {{"GET", "/jobs/{jobId}/timeline"}, {"GET", "/job/{jobId}/timeline"}};
    op.examples = {{"Of one job", {{"jobId", kExampleId}}}};
    op.render = render_timeline;
    registry.add(op);
}

void register_history(runtime::Registry& registry) {
    const auto add = [&](Operation op, const char* summary, const char* description,
                         const char* route) {
        op.summary = summary;
        op.description = description;
        if (*route)
            op.routes = {{"GET", fmt::format("/jobs/{{jobId}}/{}", route)},
                         {"GET", fmt::format("/job/{{jobId}}/{}", route)}};
        op.examples = {{"Of one job", {{"jobId", kExampleId}}}};
        registry.add(op);
    };
    add(read_op(runtime::operation("job.steps", steps)), "Steps, signals and attempts of a job",
        "Use it to see what is finished, what was sent to it and which attempts it took.", "steps");
    add(read_op(runtime::operation("job.checkpoints", checkpoints)), "Where a job can be resumed",
        "Use it to choose a checkpoint for job.resume or job.fork; latestSafe is the last one that "
        "will do.",
        "checkpoints");
    add(read_op(runtime::operation("job.artifacts", artifacts)), "What jobs produced",
        "Use it to find an artifact: address, hash, size, and whether the file was compared with "
        "them.",
        "artifacts");
    add(read_op(runtime::operation("job.children", children)),
        "The parts of a job, and what became of them",
        "Use it to follow a job that has children: counts by status and what they used together.",
        "children");

    Operation op = write_op(runtime::operation("job.verify_artifact", verify), true);
    op.doors = runtime::kCli;
    op.summary = "Compare an artifact with its file";
    op.description =
        "Use it to see whether a file is still what the job produced; the answer is kept.";
    op.examples = {{"One", {{"artifactId", kExampleArtifactId}}}};
    registry.add(op);
}

}  // namespace

void register_workflows(runtime::Registry& registry) {
    register_working(registry);
    register_messages(registry);
    register_following(registry);
    register_timeline(registry);
    register_history(registry);
}

}  // namespace stele::jobs
