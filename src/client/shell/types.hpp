// What `stele job work` and `stele job watch` are asked and what they answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::shell {

using reflect::field;
using reflect::fields;

template <class S>
auto url_field() {
    return field("url", &S::url,
                 "A server to reach it by, such as https://stele.example; absent: STELE_URL, else "
                 "the database itself")
        .max_bytes(limits::kUriBytes);
}

struct WorkInput {
    std::vector<std::string> command, queue, name;
    int concurrency = 1;
    int lease_seconds = limits::kLeaseSeconds;
    int grace_seconds = 10;
    bool once = false, drain = false, verbose = false;
    std::string no_retry_on, worker, url;
    template <class S = WorkInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            field("command", &S::command,
                  "The program and its arguments, after --: it gets a job's input on stdin, and "
                  "what it prints is the output. No shell is between")
                .required()
                .positional()
                .min_bytes(1),
            field("queue", &S::queue, "The queues, in the order to look at them; absent: default")
                .alias("q")
                .min_bytes(1)
                .max_bytes(name)
                .max_items(32),
            field("name", &S::name, "Only jobs of these names")
                .min_bytes(1)
                .max_bytes(name)
                .max_items(64),
            field("concurrency", &S::concurrency, "How many at once")
                .range(1, limits::kLeaseBatch)
                .alias("n"),
            field("leaseSeconds", &S::lease_seconds,
                  "How long after this worker fell silent others get its jobs")
                .range(1, limits::kLeaseSecondsMost),
            field("graceSeconds", &S::grace_seconds,
                  "How long what runs may go on once this worker is to stop, and how long after "
                  "SIGTERM a command gets SIGKILL")
                .range(0, 3600),
            field("once", &S::once, "End after one job"),
            field("drain", &S::drain, "End when nothing is left to do"),
            field("verbose", &S::verbose, "Show what commands say on stderr here too"),
            field("noRetryOn", &S::no_retry_on,
                  "Exit codes after which a job is failed for good, such as 2,3; 64 and 65 always")
                .max_bytes(name),
            field("worker", &S::worker, "Who this is; absent: the host and the process")
                .max_bytes(name),
            url_field<S>());
    }
};

struct WorkOutput {
    int exit_code = 0;
    int completed = 0, failed = 0, released = 0, lost = 0;
    template <class S = WorkOutput>
    static auto describe() {
        return fields(
            field("exitCode", &S::exit_code, "0; 1: with once or drain, not all were completed"),
            field("completed", &S::completed, "Jobs that are complete"),
            field("failed", &S::failed, "Attempts that failed"),
            field("released", &S::released, "Jobs handed back when this worker stopped"),
            field("lost", &S::lost, "Jobs that were cancelled, or another worker's at the end"));
    }
};

struct WatchInput {
    std::optional<std::string> job, queue;
    double interval = 2;
    bool once = false;
    std::string url;
    template <class S = WatchInput>
    static auto describe() {
        return fields(
            field("job", &S::job, "Follow this one job until it ends").positional().format("uuid"),
            field("queue", &S::queue, "Only this queue")
                .alias("q")
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            field("interval", &S::interval, "Seconds between two looks").range(0.2, 3600),
            field("once", &S::once, "Look once and end"), url_field<S>());
    }
};

struct WatchOutput {
    int exit_code = 0;
    std::string text;
    template <class S = WatchOutput>
    static auto describe() {
        return fields(
            field("exitCode", &S::exit_code,
                  "0; of a followed job: 0 complete, 1 failed or not seen to its end, 5 stopped"),
            field("text", &S::text, "What was seen, when it was not shown as it came"));
    }
};

}  // namespace stele::shell
