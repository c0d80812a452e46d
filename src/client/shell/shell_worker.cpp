#include "client/shell/shell_worker.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <mutex>

#include "client/shell/command.hpp"
#include "client/shell/outcome.hpp"
#include "client/storable.hpp"
#include "client/worker.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/text.hpp"

namespace stele::shell {

namespace {

constexpr std::size_t kShownBytes = 400;

using Until = client::WorkerOptions::Until;

client::WorkerOptions options_of(const WorkInput& input) {
    if (input.once && input.drain)
        throw Error(Code::invalid_argument, "once and drain: name one of them",
                    "--once ends after one job, --drain when nothing is left");
    client::WorkerOptions out;
    if (!input.queue.empty()) out.queues = input.queue;
    out.names = input.name;
    out.name = input.worker;
    out.concurrency = input.concurrency;
    out.lease = std::chrono::seconds(input.lease_seconds);
    out.grace = std::chrono::seconds(input.grace_seconds);
    out.until = input.once ? Until::once : input.drain ? Until::drained : Until::stopped;
    return out;
}

// One command for many jobs, on many threads.
class Commander {
  public:
    Commander(const WorkInput& input, std::stop_source& stop)
        : input_(input), no_retry_on_(exit_codes_of(input.no_retry_on)), stop_(stop) {}

    json::value run(client::Job& job) {
        LineRate rate(limits::kOutputLines);
        int skipped = 0;
        RunOptions options;
        options.keep_bytes = limits::kJobBytes + 1;
        options.grace = std::chrono::seconds(input_.grace_seconds);
        options.on_line = [&](std::string_view line) {
            if (input_.verbose) fmt::print(stderr, "{} {}\n", job.id(), line);
            if (!rate.admit(std::chrono::steady_clock::now(), skipped)) return;
            tell_skipped(job, skipped);
            job.event("output.line",
                      json::object{{"stream", "stderr"},
                                   {"line", client::storable(line, limits::kOutputLineBytes)}});
        };
        const Ran ran = run_for(job, options);
        tell_skipped(job, rate.skipped());
        if (ran.status == 0 && !job.lost()) return output_of(ran.out, ran.bytes);
        if (ran.stopped) throw client::Left{};
        throw client::Failure(why(ran), !is_final(ran.status, no_retry_on_));
    }

    void rethrow() const {
        if (broken_) throw Error(*broken_);
    }

  private:
    Ran run_for(client::Job& job, const RunOptions& options) {
        const ops::Command command{
            .argv = input_.command,
            .environment = {{"STELE_JOB_ID", job.id()},
                            {"STELE_JOB_NAME", job.name()},
                            {"STELE_JOB_QUEUE", job.queue()},
                            {"STELE_JOB_ATTEMPT", std::to_string(job.attempt())},
                            {"STELE_JOB_GENERATION", std::to_string(job.generation())}},
            .directory = std::filesystem::current_path()};
        try {
            return run_command(command, serialize(job.input()), options, job.stopped());
        } catch (const Error& error) {
            // No job's fault, and none would fare better: all attempts of all jobs would be spent.
            const std::lock_guard lock(mutex_);
            if (!broken_)
                broken_.emplace(Code::invalid_argument, fmt::format("command: {}", error.what()),
                                "give the program and its arguments after --");
            stop_.request_stop();
            throw client::Left{};
        }
    }

    static void tell_skipped(client::Job& job, int skipped) {
        if (skipped > 0) job.event("output.skipped", json::object{{"lines", skipped}});
    }

    static std::string why(const Ran& ran) {
        std::string out = ran.status > 128 ? fmt::format("ended by signal {}", ran.status - 128)
                                           : fmt::format("exit {}", ran.status);
        if (!ran.last_line.empty()) out += ": " + excerpt(ran.last_line, kShownBytes);
        return client::storable(out, limits::kPendingBytes);
    }

    const WorkInput& input_;
    const std::set<int> no_retry_on_;
    std::stop_source& stop_;
    std::mutex mutex_;
    std::optional<Error> broken_;
};

}  // namespace

WorkOutput work(client::Transport& transport, const WorkInput& input, const std::stop_token& stop) {
    std::stop_source ending;
    const std::stop_callback passed_on(stop, [&] { ending.request_stop(); });
    Commander commander(input, ending);
    client::Worker worker(transport, options_of(input));
    worker.on_any([&](client::Job& job) { return commander.run(job); });
    worker.on_end([](const client::Job& job, std::string_view outcome, const std::string& why) {
        log::info("job {} {} {}{}{}", job.id(), excerpt(job.name(), 60), outcome,
                  why.empty() ? "" : ": ", excerpt(why, kShownBytes));
    });
    const client::Tally tally = worker.run(ending.get_token());
    commander.rethrow();
    WorkOutput out;
    out.completed = tally.completed;
    out.failed = tally.failed;
    out.released = tally.released;
    out.lost = tally.lost;
    const bool all_done = tally.failed + tally.released + tally.lost == 0;
    out.exit_code = (input.once || input.drain) && !all_done ? 1 : 0;
    return out;
}

std::string render_work(const json::value& output) {
    const auto number = [&](const char* name) { return output.at(name).to_number<int>(); };
    return fmt::format("{} complete, {} failed, {} handed back, {} lost\n", number("completed"),
                       number("failed"), number("released"), number("lost"));
}

}  // namespace stele::shell
