// Operations of definitions and plans, and those of jobs that agents do.
#include <fmt/format.h>

#include "work/jobs/definitions/agent.hpp"
#include "work/jobs/definitions/definitions.hpp"
#include "work/jobs/registration.hpp"

namespace stele::jobs {

namespace {

using runtime::Operation;

std::string_view text_at(const json::value& object, const char* key) {
    return object.at(key).as_string();
}

std::string render_definitions(const json::value& output) {
    std::string out;
    for (const json::value& one : output.at("definitions").as_array()) {
        out += fmt::format("{:<24} version {}, {} steps  {}\n", text_at(one, "name"),
                           one.at("version").to_number<int>(), one.at("steps").as_array().size(),
                           text_at(one, "description"));
    }
    if (out.empty()) out = "No definitions.\n";
    if (const json::value* at = output.as_object().if_contains("nextCursor"))
        out += fmt::format("More: --cursor {}\n", std::string_view(at->as_string()));
    return out;
}

std::string render_plan(const json::value& output) {
    std::string out;
    for (const json::value& step : output.at("plan").as_array())
        out += fmt::format("{:<11}  {}\n", text_at(step, "status"), text_at(step, "task"));
    return out.empty() ? "No steps.\n" : out;
}

// RemoteRouter when that is better, else here.
RunOutput run_somewhere(runtime::Context& context, const RunInput& input,
                        const RemoteRouter& remote) {
    if (remote.run && !input.local)
        if (auto there = remote.run(context, input)) return std::move(*there);
    const SubmitOutput here = run(context, input);
    RunOutput out;
    out.id = here.id;
    out.status = reflect::name_of(here.status);
    out.duplicate = here.duplicate;
    return out;
}

void register_agents(runtime::Registry& registry, const RemoteRouter& remote) {
    const std::function<RunOutput(runtime::Context&, const RunInput&)> somewhere =
        [remote](runtime::Context& context, const RunInput& input) {
            return run_somewhere(context, input, remote);
        };
    Operation op = write_op(runtime::operation("job.run", somewhere), false);
    op.summary = "Have an agent work on a prompt";
    op.description =
        "Use it to hand a prompt, or a file that says what is to be done, to a worker that runs "
        "agents: a job named agent, whose input is what is said here. In a mesh another instance "
        "may get it when it fits better; local keeps it here.";
    op.routes = {{"POST", "/job", 201}};
    for (const char* field : {"prompt", "specFile"})
        op.routes.push_back({.method = "POST", .path = "/jobs", .status = 201, .when = field});
    op.examples = {
        {"In a directory",
         {{"prompt", "make the tests pass"}, {"workdir", "/repo"}, {"maxIterations", 10}}}};
    registry.add(op);

    registry.add(
        write_op(runtime::operation("job.context", add_context), false)
            .says("Tell a job something while it works",
                  "Use it to add to what an agent knows without stopping it: the worker finds it "
                  "among the job's events, as one of type context.")
            .with_routes({{"POST", "/job/{jobId}/context"}, {"POST", "/jobs/{jobId}/context"}})
            .with_examples(
                {{"A hint", {{"jobId", kExampleId}, {"text", "the flaky test may be skipped"}}}}));
}

}  // namespace

void register_definitions(runtime::Registry& registry, const RemoteRouter& remote) {
    registry.add(
        write_op(runtime::operation("job.define", define), true)
            .says("Say what jobs of a name are made of",
                  "Use it to give jobs a plan of steps and defaults. Other content makes a new "
                  "version, which jobs take from then on; those there are stay with theirs.")
            .with_examples(
                {{"A release",
                  {{"name", "release"},
                   {"steps",
                    json::array{json::object{{"name", "build"}},
                                json::object{{"name", "ship"}, {"title", "Ship it to everybody"}}}},
                   {"defaults", json::object{{"queue", "releases"}, {"maxAttempts", 2}}}}}}));

    registry.add(read_op(runtime::operation("job.definitions", definitions))
                     .says("Definitions of jobs, or the versions of one",
                           "Use it to see which steps and defaults jobs of a name have.")
                     .with_examples({{"All", {}}, {"The versions of one", {{"name", "release"}}}})
                     .with_render(render_definitions));

    registry.add(
        read_op(runtime::operation("job.plan", plan))
            .says(
                "The steps of a job: done, under way, to be done",
                "Use it to see how far a job is. Steps that its definition names are pending until "
                "they are done; the first of them is in_progress while a worker has the job.")
            .with_routes({{"GET", "/job/{jobId}/plan"}, {"GET", "/jobs/{jobId}/plan"}})
            .with_examples({{"Of one job", {{"jobId", kExampleId}}}})
            .with_render(render_plan));

    registry.group("submit");
    register_agents(registry, remote);
}

}  // namespace stele::jobs
