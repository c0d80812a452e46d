// stele_soak STELE SECONDS [CASE…]: each case for so many seconds on a stage of its own, and what
// must not be. Run through script/soak jobs. Exit 1 on any breach.
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>

#include <filesystem>
#include <stop_token>
#include <thread>

#include "client/retry.hpp"
#include "foundation/base/log.hpp"
#include "soak/cases.hpp"
#include "soak/worker.hpp"

namespace stele::soak {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kShown = 10;  // breaches of one case

// Ctrl-C: what was started is ended in order, for all of it would go on alone.
std::stop_source& interrupted() {
    static std::stop_source source;
    return source;
}

// Before any thread starts.
void mind_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::thread([set] {
        int number = 0;
        sigwait(&set, &number);
        interrupted().request_stop();
    }).detach();
}

struct Report {
    int strikes = 0, submitted = 0, runs = 0, again = 0;
    Size middle, end;                // of job_queue
    Size ledger_middle, ledger_end;  // of jobs
    std::vector<std::string> found;
};

// The load and what the case does to it, for so long; the table is looked at in the middle and at
// the end.
void press(Stage& stage, const Case& one, std::chrono::milliseconds time, Report& report) {
    std::stop_source stop;
    std::jthread load([&] { stage.submit(one.load, stop.get_token()); });
    std::jthread strike([&] { report.strikes = one.strike(stage, stop.get_token()); });
    client::rest(time / 2, interrupted().get_token());
    // A server that was just killed has no answer for a moment.
    const auto look = [&](const char* table) {
        while (true) {
            try {
                return stage.size(table);
            } catch (const std::exception&) {
                client::rest(50ms, {});
            }
        }
    };
    report.middle = look("job_queue");
    report.ledger_middle = look("jobs");
    client::rest(time / 2, interrupted().get_token());
    report.end = look("job_queue");
    report.ledger_end = look("jobs");
    stop.request_stop();
}

// After a vacuum; what sessions did last is counted up to a second late, and vacuumed then.
Size vacuumed(Stage& stage) {
    Size size;
    for (int i = 0; i < 8; ++i) {
        stage.connect()->script("VACUUM job_queue", deadline_in(60s));
        client::rest(500ms, {});
        size = stage.size("job_queue");
        if (size.dead == 0) break;
    }
    return size;
}

Report run(const Case& one, const std::string& self, const std::string& stele,
           std::chrono::seconds time) {
    Report report;
    Stage stage(self, stele);
    press(stage, one, time, report);
    for (auto* programs : {&stage.servers, &stage.workers})
        for (const auto& program : *programs) program->start();
    if (!stage.settle(120s, interrupted().get_token()))
        report.found.emplace_back("not all jobs ended within two minutes");
    if (interrupted().stop_requested()) {
        report.found = {"interrupted: nothing is proven"};
        return report;
    }
    const Evidence seen = stage.evidence();
    for (const std::string& breach : breaches(seen)) report.found.push_back(breach);
    report.submitted = int(seen.acknowledged.size());
    report.runs = int(seen.runs.size());
    report.again = report.runs - report.submitted;
    if (report.submitted == 0) report.found.emplace_back("nothing was submitted");
    if (report.strikes == 0) report.found.emplace_back("the case never struck");
    const auto add = [&](const std::vector<std::string>& found) {
        report.found.insert(report.found.end(), found.begin(), found.end());
    };
    const double rate = double(report.runs) / double(time.count());
    if (one.old_snapshot) {
        add(snapshot_breaches(report.end, vacuumed(stage), report.runs));
    } else {
        add(size_breaches(report.middle, report.end, rate));
        add(ledger_breaches(report.ledger_middle, report.ledger_end, rate));
    }
    return report;
}

int soak(const std::string& self, const std::string& stele, std::chrono::seconds time,
         const std::vector<std::string>& names) {
    for (const std::string& name : names)
        if (std::ranges::find(cases(), name, &Case::name) == cases().end()) {
            fmt::print(stderr, "there is no case {}; there are:\n", name);
            for (const Case& one : cases()) fmt::print(stderr, "  {}\n", one.name);
            return 2;
        }
    fmt::print("{:<18}{:>9}{:>9}{:>9}{:>8}{:>9}{:>9}{:>12}{:>12}\n", "case", "strikes", "jobs",
               "runs", "again", "dead 1/2", "dead end", "bytes 1/2", "bytes end");
    int status = 0;
    for (const Case& one : cases()) {
        if (!names.empty() && std::ranges::find(names, one.name) == names.end()) continue;
        const Report r = run(one, self, stele, time);
        fmt::print("{:<18}{:>9}{:>9}{:>9}{:>8}{:>9}{:>9}{:>12}{:>12}  {}\n", one.name, r.strikes,
                   r.submitted, r.runs, r.again, r.middle.dead, r.end.dead, r.middle.bytes,
                   r.end.bytes, r.found.empty() ? "ok" : "BREACH");
        for (std::size_t i = 0; i < std::min(r.found.size(), kShown); ++i)
            fmt::print("    {}\n", r.found[i]);
        if (r.found.size() > kShown) fmt::print("    and {} more\n", r.found.size() - kShown);
        std::fflush(stdout);
        if (!r.found.empty()) status = 1;
        if (interrupted().stop_requested()) return 130;
    }
    return status;
}

}  // namespace
}  // namespace stele::soak

int main(int argc, char** argv) {
    const std::vector<std::string> args(argv, argv + argc);
    stele::log::set_level(stele::log::Level::error);
    if (args.size() == 4 && args[1] == "worker") return stele::soak::work(args[2], args[3]);
    stele::soak::mind_signals();
    if (args.size() < 3) {
        std::fputs("usage: stele_soak STELE SECONDS [CASE…]\n", stderr);
        return 2;
    }
    const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
    return stele::soak::soak(self, std::filesystem::absolute(args[1]).string(),
                             std::chrono::seconds(std::stoi(args[2])),
                             {args.begin() + 3, args.end()});
}
