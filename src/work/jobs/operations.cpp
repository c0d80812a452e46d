#include "work/jobs/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"
#include "work/jobs/queue/batch.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/registration.hpp"
#include "work/jobs/store.hpp"
#include "work/jobs/worker/lease.hpp"

namespace stele::jobs {

namespace {

using runtime::Effect;
using runtime::Operation;

const json::array kExampleClaim{json::object{{"id", kExampleId}, {"generation", 1}}};

std::string job_line(const json::object& job) {
    std::string out = fmt::format("{}  {:<8} {:<12} {}  {}", text_of(job, "id"),
                                  text_of(job, "status"), text_of(job, "queue"),
                                  text_of(job, "createdAt").substr(0, 19), text_of(job, "name"));
    if (const std::string what = text_of(job, "waitsFor"); !what.empty()) out += "  for " + what;
    if (const std::string why = text_of(job, "error"); !why.empty())
        out += "  " + excerpt(why, 120);
    return out + "\n";
}

std::string render_list(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const json::value& job : object.at("jobs").as_array()) out += job_line(job.as_object());
    if (out.empty()) out = "No jobs.\n";
    if (const std::string at = text_of(object, "nextCursor"); !at.empty())
        out += fmt::format("More: --cursor {}\n", at);
    return out;
}

std::string render_queues(const json::value& output) {
    std::string out;
    for (const json::value& row : output.at("queues").as_array()) {
        const json::object& q = row.as_object();
        const auto number = [&](const char* key) { return q.at(key).to_number<std::int64_t>(); };
        out +=
            fmt::format("{:<24} {} ready, {} running, {} delayed, {} waiting{}{}\n",
                        text_of(q, "queue"), number("ready"), number("running"), number("delayed"),
                        number("waiting"), q.at("paused").as_bool() ? "  paused" : "",
                        q.at("draining").as_bool() ? "  draining" : "");
    }
    return out.empty() ? "No queues.\n" : out;
}

void register_submitting(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("job.submit", submit), false)
            .says(
                "Ask for a job to be done",
                "Use it to hand work to whoever leases from the queue. With a key it is submitted "
                "once, however often it is sent; parentId makes it a part of a job that runs.")
            .with_routes({{"POST", "/jobs", 201}})
            .with_examples(
                {{"Now", {{"name", "build"}, {"input", json::object{{"branch", "main"}}}}},
                 {"Once a day, whoever sends it",
                  {{"name", "report"}, {"queue", "nightly"}, {"key", "report-2026-11-20"}}},
                 {"Later, before others of its queue",
                  {{"name", "remind"}, {"delaySeconds", 3600}, {"priority", 10}}}}));

    registry.add(
        write_op(runtime::operation("job.submit_batch", submit_batch), false)
            .says("Ask for many jobs at once",
                  "Use it for up to 1,000 jobs in one call: all are submitted, or none.")
            .with_body_bytes(limits::kBatchBodyBytes)
            .with_examples(
                {{"Two",
                  {{"jobs", json::array{json::object{{"name", "build"}, {"key", "b-1"}},
                                        json::object{{"name", "test"}, {"queue", "checks"}}}}}}}));

    registry.add(
        write_op(runtime::operation("job.cancel", cancel), true)
            .says("Stop a job and its children",
                  "Use it when the result is not wanted any more: it ends at once as stopped; its "
                  "worker hears of it with its next word. A job that has ended stays as it is.")
            .with_effect(Effect::destructive)
            .with_routes({{"DELETE", "/jobs/{jobId}"}, {"DELETE", "/job/{jobId}"}})
            .with_examples({{"Stop it", {{"jobId", kExampleId}, {"reason", "not needed"}}}}));

    registry.add(write_op(runtime::operation("job.redrive", redrive), true)
                     .says("Queue failed jobs again",
                           "Use it when what made them fail is mended: by ids, or all of a queue; "
                           "each has all its attempts before it again.")
                     .with_examples({{"Those of a queue", {{"queue", "default"}, {"limit", 10}}}}));
}

void register_reads(runtime::Registry& registry, const RemoteRouter& remote) {
    const std::function<Job(runtime::Context&, const IdInput&)> find =
        [remote](runtime::Context& context, const IdInput& input) {
            try {
                return get(context, input);
            } catch (const Error& error) {
                if (error.code() != Code::not_found || !remote.find) throw;
                if (auto there = remote.find(context, input.id)) return std::move(*there);
                throw;
            }
        };
    registry.add(read_op(runtime::operation("job.get", find))
                     .says("A job: how it stands, what it was asked, what it answered",
                           "Use it to follow one job, or to read its output when it is complete.")
                     .with_routes({{"GET", "/jobs/{jobId}"}, {"GET", "/job/{jobId}"}})
                     .with_examples({{"One", {{"jobId", kExampleId}}}}));

    registry.add(read_op(runtime::operation("job.list", list))
                     .says("Jobs, the last submitted first",
                           "Use it to see what runs, what waits for somebody and what failed (the "
                           "dead letters: --status failed).")
                     .with_routes({{"GET", "/jobs"}})
                     .with_examples({{"All", {{"limit", 5}}},
                                     {"What failed", {{"status", "failed"}, {"queue", "default"}}},
                                     {"What runs", {{"status", "running"}}}})
                     .with_render(render_list));

    registry.add(read_op(runtime::operation("job.queues", queues))
                     .says("Queues: their settings and how many jobs they hold",
                           "Use it to see where work piles up, and what is paused.")
                     .with_examples({{"All", {}}})
                     .with_render(render_queues));
}

runtime::LongPoll wait_of(const runtime::Context& context, const json::value& input) {
    const auto in = reflect::read<LeaseInput>(input);
    runtime::LongPoll out;
    out.time = std::chrono::milliseconds(in.wait_ms);
    if (in.wait_ms > 0)
        for (const std::string& queue : queues_of(in))
            out.names.push_back(notification_of(context.caller.org, context.caller.project, queue));
    return out;
}

void register_working(runtime::Registry& registry) {
    registry.add(
        worker_op(runtime::operation("job.lease", lease), false)
            .says("Take jobs to work on",
                  "Use it in a worker: the jobs are yours until leaseUntil; every word about them "
                  "(heartbeat, complete, fail) names their generation. With waitMs it answers as "
                  "soon as there is one.")
            .with_time_limit(std::chrono::milliseconds(limits::kWaitMs) + limits::kDeadline)
            .that_waits(
                wait_of,
                [](const json::value& output) { return output.at("jobs").as_array().empty(); })
            .with_examples(
                {{"One", {{"queue", "default"}, {"worker", "builder-1"}}},
                 {"Many, or wait for the first",
                  {{"queues", json::array{"urgent", "default"}}, {"max", 100}, {"waitMs", 10}}}}));

    registry.add(
        worker_op(runtime::operation("job.heartbeat", heartbeat), true)
            .says(
                "Say that you are still working on jobs",
                "Use it before leaseUntil passes; what comes back as stale is not yours any more.")
            .with_examples({{"One", {{"jobs", kExampleClaim}}}}));

    registry.add(
        worker_op(batch_operation("job.complete", complete), true)
            .says(
                "Say that jobs are done",
                "Use it with the output of each. Said twice about the same lease it is said once.")
            .with_examples({{"With an answer",
                             {{"jobs", json::array{json::object{
                                           {"id", kExampleId},
                                           {"generation", 1},
                                           {"output", json::object{{"passed", 12}}}}}}}}}));

    registry.add(
        worker_op(batch_operation("job.fail", fail), false)
            .says("Say that jobs could not be done, or give them back",
                  "Use it when an attempt failed: the job is tried again later, until its attempts "
                  "are used up or retry is false; then it is failed. release gives a job back "
                  "untouched.")
            .with_examples(
                {{"Try again in a minute",
                  {{"jobs", json::array{json::object{{"id", kExampleId},
                                                     {"generation", 1},
                                                     {"error", "the runner is out of disk"},
                                                     {"delaySeconds", 60}}}}}}}));
}

void register_queues(runtime::Registry& registry) {
    const auto add = [&](Operation op, const char* summary, const char* description,
                         json::object example) {
        op.summary = summary;
        op.description = description;
        op.examples = {{"The default one", std::move(example)}};
        registry.add(op);
    };
    add(write_op(runtime::operation("job.queue", set_queue), true),
        "Set a queue's limits and defaults",
        "Use it to bound what runs at once or begins in a time, in all or per group, and to let "
        "groups take "
        "turns. What is not named stays as it is.",
        {{"queue", "default"}, {"maxRunning", 10}, {"fair", true}});
    add(write_op(runtime::operation("job.pause", pause), true), "Lease nothing from a queue",
        "Use it to stop a queue for a while; what runs goes on, new jobs are taken.",
        {{"queue", "default"}});
    add(write_op(runtime::operation("job.resume_queue", resume_queue), true),
        "Lease from a paused queue again", "Use it to end a pause.", {{"queue", "default"}});
    add(write_op(runtime::operation("job.drain", drain), true), "Take no new jobs into a queue",
        "Use it before a queue goes away: what is there is still worked on, submissions are "
        "refused.",
        {{"queue", "default"}});
}

}  // namespace

void register_operations(runtime::Registry& registry, const RemoteRouter& remote) {
    registry.group("submit");
    register_submitting(registry);
    registry.group("follow");
    register_reads(registry, remote);
    registry.group("work");
    register_working(registry);
    registry.group("queues");
    register_queues(registry);
    register_workflows(registry);
    registry.group("schedules");
    register_schedules(registry);
    registry.group("definitions");
    register_definitions(registry, remote);
}

}  // namespace stele::jobs
