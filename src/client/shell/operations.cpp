#include "client/shell/operations.hpp"

#include <unistd.h>

#include "client/shell/door.hpp"
#include "client/shell/shell_worker.hpp"
#include "client/shell/watch.hpp"

namespace stele::shell {

namespace {

// Both run for as long as the user likes, on his machine and his terminal: they are no business of
// a caller from elsewhere.
runtime::Operation command(runtime::Operation op) {
    op.doors = runtime::kCli;
    op.cleans_up = true;
    op.time_limit = std::chrono::hours(24 * 365);
    return op;
}

WorkOutput run_work(const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
                    runtime::Context& context, const WorkInput& input) {
    const std::string url = url_of(input.url);
    const auto door = open_door(registry, dispatcher, context, url);
    // Without a server nobody else may be there to take jobs back from workers that fell silent.
    std::optional<jobs::JobMaintenance> maintenance;
    if (url.empty()) {
        const InProcess here(registry, dispatcher, context);
        maintenance.emplace([here] { return here.context(); });
    }
    return work(*door, input, context.cancelled);
}

std::string render_watch(const json::value& output) {
    return std::string(output.at("text").as_string());
}

}  // namespace

void register_operations(runtime::Registry& registry, runtime::Dispatcher& dispatcher) {
    registry.add(
        command(runtime::operation("job.work",
                                   std::function<WorkOutput(runtime::Context&, const WorkInput&)>(
                                       [&](runtime::Context& context, const WorkInput& input) {
                                           return run_work(registry, dispatcher, context, input);
                                       })))
            .says("Work on jobs with a command",
                  "Use it to let any program do the jobs of a queue. It gets the input as JSON on "
                  "stdin and STELE_JOB_ID, STELE_JOB_NAME, STELE_JOB_QUEUE, STELE_JOB_ATTEMPT and "
                  "STELE_JOB_GENERATION in its environment; stdout is the output, lines of stderr "
                  "are events of the job. Exit 0 completes, 64, 65 and --no-retry-on fail for "
                  "good, any other is tried again. A command whose job was cancelled or lost gets "
                  "SIGTERM, then SIGKILL, with all that it started. SIGTERM and Ctrl-C hand back "
                  "what is not done in time.")
            .with_effect(runtime::Effect::write)
            .with_scopes({"job:work"})
            .with_examples({{"Until nothing is left",
                             {{"command", json::array{"./build.sh"}},
                              {"queue", json::array{"builds"}},
                              {"drain", true}}},
                            {"Four at once",
                             {{"command", json::array{"python3", "agent.py"}},
                              {"queue", json::array{"urgent", "agents"}},
                              {"concurrency", 4},
                              {"drain", true},
                              {"noRetryOn", "2,3"}}}})
            .with_render(render_work));

    registry.add(
        command(runtime::operation("job.watch",
                                   std::function<WatchOutput(runtime::Context&, const WatchInput&)>(
                                       [&](runtime::Context& context, const WatchInput& input) {
                                           const auto door = open_door(registry, dispatcher,
                                                                       context, url_of(input.url));
                                           return watch(*door, input, terminal_of(STDOUT_FILENO),
                                                        context.cancelled);
                                       })))
            .says("See jobs as they go: queues, what runs, what failed; or follow one",
                  "Use it on a terminal, where it is painted anew every two seconds; elsewhere it "
                  "prints plain lines. With a job it prints what happens to it and ends as the job "
                  "does: exit 0 complete, 1 failed, 5 stopped.")
            .with_scopes({"job:read"})
            .with_examples({{"One look", {{"once", true}}},
                            {"One queue", {{"queue", "default"}, {"once", true}}}})
            .with_render(render_watch));
}

}  // namespace stele::shell
