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
    registry.add(
        worker_op(batch_operation("job.step", save_steps), true)
            .says("Keep what steps of jobs gave",
                  "Use it in a worker after each step: when the job is leased again, its finished "
                  "steps come with it and are not run again. A step that is finished stays as it "
                  "was first.")
            .with_examples({{"A finished step",
                             {{"jobs", item({{"name", "compile"},
                                             {"output", json::object{{"warnings", 0}}}})}}}}));

    registry.add(
        worker_op(runtime::operation("job.suspend", suspend), false)
            .says("Give jobs back until something happens",
                  "Use it in a worker when a job must sleep, wait for a signal, an approval or its "
                  "children. It holds no worker meanwhile; what came before counts too. until and "
                  "seconds bound every wait.")
            .with_examples({{"For a signal, an hour at most",
                             {{"jobs", item({{"signal", "payment"}, {"seconds", 3600}})}}},
                            {"For a person", {{"jobs", item({{"approval", "deploy"}})}}},
                            {"For its children", {{"jobs", item({{"children", true}})}}}}));

    registry.add(
        worker_op(batch_operation("job.report", report), false)
            .says("Put on record what jobs are doing",
                  "Use it in a worker for events and partial output, tool calls, checkpoints and "
                  "artifacts; one call may be about many jobs. Secrets are taken out of events, "
                  "tool calls and artifacts' addresses; `redacted` says where.")
            .with_examples(
                {{"A bit of everything",
                  {{"jobs",
                    item({{"events",
                           json::array{json::object{{"type", "output"}, {"payload", "12 of 40"}}}},
                          {"toolCalls", json::array{json::object{
                                            {"tool", "bash"},
                                            {"args", json::object{{"cmd", "make"}}},
                                            {"durationMs", 1200}}}},
                          {"checkpoints",
                           json::array{json::object{{"label", "compiled"},
                                                    {"safe", true},
                                                    {"state", json::object{{"at", 12}}}}}}})}}}}));
}

void register_messages(runtime::Registry& registry) {
    registry.add(write_op(runtime::operation("job.signal", signal), true)
                     .says("Say something to a job",
                           "Use it when what a job waits for has happened; it may also come "
                           "before. Of one name the first signal is kept.")
                     .with_examples({{"Paid",
                                      {{"jobId", kExampleId},
                                       {"name", "payment"},
                                       {"payload", json::object{{"euro", 12}}}}}}));

    registry.add(
        write_op(runtime::operation("job.approve", approve), true)
            .says(
                "Approve or reject a step that waits for a person",
                "Use it to answer a job that waits for approval:<step>. The first decision holds.")
            .with_examples({{"Yes", {{"jobId", kExampleId}, {"step", "deploy"}}},
                            {"No",
                             {{"jobId", kExampleId},
                              {"step", "deploy"},
                              {"decision", "rejected"},
                              {"note", "not today"}}}}));

    registry.add(write_op(runtime::operation("job.resume", resume), false)
                     .says("Take up a finished job again, as a new one",
                           "Use it after a failure or a stop: the new job has the finished steps, "
                           "the safe checkpoints and the signals of the old one, up to a "
                           "checkpoint or before a step. The old one stays as it was.")
                     .with_examples({{"From where it stopped", {{"jobId", kExampleEndedId}}}}));

    registry.add(write_op(runtime::operation("job.fork", fork), false)
                     .says("Branch off a job in another direction",
                           "Use it to try something else from a checkpoint or a step on, perhaps "
                           "with another input.")
                     .with_examples(
                         {{"With another input",
                           {{"jobId", kExampleId}, {"input", json::object{{"branch", "next"}}}}}}));
}

// What a door waits for that follows one job.
runtime::LongPoll follow(const runtime::Context& context, const std::string& id, int wait_ms) {
    return {{watch_notification(context.caller.org, context.caller.project, id_of(id))},
            std::chrono::milliseconds(wait_ms)};
}

void register_following(runtime::Registry& registry) {
    registry.add(
        read_op(runtime::operation("job.wait", wait))
            .says("Wait for a job to end",
                  "Use it for the answer of a job: it comes as soon as the job has ended, or "
                  "waitMs is over.")
            .with_time_limit(std::chrono::milliseconds(limits::kWaitMs) + limits::kDeadline)
            .that_waits(
                [](const runtime::Context& context, const json::value& input) {
                    const auto in = reflect::read<WaitInput>(input);
                    return follow(context, in.id, in.wait_ms);
                },
                [](const json::value& output) { return !output.as_object().contains("endedAt"); })
            .with_examples({{"A moment", {{"jobId", kExampleId}, {"waitMs", 10}}}}));

    registry.add(
        read_op(runtime::operation("job.events", events))
            .says("What a job reported, and how its status changed",
                  "Use it to follow a job: pass nextSeq as afterSeq for what comes next; with "
                  "waitMs it answers as soon as there is something.")
            .with_routes({{"GET", "/jobs/{jobId}/events"}, {"GET", "/job/{jobId}/events"}})
            .with_time_limit(std::chrono::milliseconds(limits::kWaitMs) + limits::kDeadline)
            .that_waits(
                [](const runtime::Context& context, const json::value& input) {
                    const auto in = reflect::read<EventsInput>(input);
                    return follow(context, in.id, in.wait_ms);
                },
                [](const json::value& output) {
                    return output.at("events").as_array().empty() && !output.at("ended").as_bool();
                })
            .with_examples({{"From the beginning", {{"jobId", kExampleId}}}}));
}

void register_timeline(runtime::Registry& registry) {
    registry.add(
        read_op(runtime::operation("job.timeline", timeline))
            .says("What happened to a job, in the order of time",
                  "Use it to see what ran, where it stopped and how a failure was handled: "
                  "attempts, steps, tool calls, events, checkpoints, artifacts, signals and "
                  "delegations in one list.")
            .with_default_tool()
            .with_routes({{"GET", "/jobs/{jobId}/timeline"}, {"GET", "/job/{jobId}/timeline"}})
            .with_examples({{"Of one job", {{"jobId", kExampleId}}}})
            .with_render(render_timeline));
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

    registry.add(
        write_op(runtime::operation("job.verify_artifact", verify), true)
            .says(
                "Compare an artifact with its file",
                "Use it to see whether a file is still what the job produced; the answer is kept.")
            .with_doors(runtime::kCli)
            .with_examples({{"One", {{"artifactId", kExampleArtifactId}}}}));
}

}  // namespace

void register_workflows(runtime::Registry& registry) {
    registry.group("work");
    register_working(registry);
    registry.group("answer");
    register_messages(registry);
    registry.group("follow");
    register_following(registry);
    register_timeline(registry);
    registry.group("history");
    register_history(registry);
}

}  // namespace stele::jobs
