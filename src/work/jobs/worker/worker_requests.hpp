// What workers say and hear. Every word about a leased job names its generation; what is not theirs
// any more comes back under `stale` and the rest is done.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "work/jobs/fields.hpp"

namespace stele::jobs {

struct LeaseInput {
    std::optional<std::string> queue;
    std::vector<std::string> queues, names;
    std::optional<std::string> worker;
    int max = 1;
    int wait_ms = 0;
    std::optional<int> lease_seconds;
    template <class S = LeaseInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            queue_field(&S::queue, "The queue; absent: default").positional().alias("q"),
            field("queues", &S::queues, "Several queues, in the order to look at them")
                .min_bytes(1)
                .max_bytes(name)
                .max_items(32),
            field("names", &S::names, "Only jobs of these names")
                .min_bytes(1)
                .max_bytes(name)
                .max_items(64),
            field("worker", &S::worker, "Who you are; absent: the instance")
                .min_bytes(1)
                .max_bytes(name),
            field("max", &S::max, "How many at most").clamp(1, limits::kLeaseBatch).alias("n"),
            field("waitMs", &S::wait_ms, "How long to wait when there is none")
                .clamp(0, limits::kWaitMs),
            field("leaseSeconds", &S::lease_seconds,
                  "How long you have them without a word; absent: the job's, the queue's, or 60")
                .range(1, limits::kLeaseSecondsMost));
    }
};

// A finished step, as a replay needs it.
struct Memo {
    std::string name;
    json::value output;
    static auto describe() {
        return fields(field("name", &Memo::name, "The step"),
                      field("output", &Memo::output, "What it gave: do not run it again"));
    }
};

struct SafePoint {
    int seq = 0;
    std::string label;
    std::optional<std::string> step;
    json::value state;
    template <class S = SafePoint>
    static auto describe() {
        return fields(field("seq", &S::seq, "Its place in the job"),
                      field("label", &S::label, "What it is called"),
                      field("step", &S::step, "The step it belongs to"),
                      field("state", &S::state, "What was saved"));
    }
};

struct Leased {
    std::string id;
    std::string queue;
    std::string name;
    int version = 1;
    json::value input;
    int attempt = 1;
    int generation = 1;
    Timestamp lease_until;
    std::optional<std::string> parent_id, group, waited_for, woken_by;
    std::optional<json::value> metadata;
    std::optional<std::vector<Memo>> steps;
    std::optional<std::vector<Signal>> signals;
    std::optional<SafePoint> checkpoint;
    template <class S = Leased>
    static auto describe() {
        return fields(
            field("id", &S::id, "The job"), field("queue", &S::queue, "Its queue"),
            field("name", &S::name, "What to do"), field("version", &S::version, "Of what to do"),
            field("input", &S::input, "What was asked"),
            field("attempt", &S::attempt, "The how-manieth time this is, from 1"),
            field("generation", &S::generation, "Say it with every word about the job"),
            field("leaseUntil", &S::lease_until, "Yours until then; every word renews it"),
            field("parentId", &S::parent_id, "The job that it is a part of"),
            field("group", &S::group, "Its group"),
            field("waitedFor", &S::waited_for, "What it was last suspended for"),
            field("wokenBy", &S::woken_by, "How that ended: signal, children or time"),
            field("metadata", &S::metadata, "Anything else"),
            field("steps", &S::steps, "Steps that are finished"),
            field("signals", &S::signals, "Signals that have come"),
            field("checkpoint", &S::checkpoint, "The last one that is safe to resume from"));
    }
};

struct LeaseOutput {
    std::vector<Leased> jobs;
    static auto describe() {
        return fields(
            field("jobs", &LeaseOutput::jobs, "Yours until their leaseUntil; may be none"));
    }
};

struct HeartbeatInput {
    std::vector<Claim> jobs;
    std::optional<int> lease_seconds;
    template <class S = HeartbeatInput>
    static auto describe() {
        return fields(items_field<S>(),
                      field("leaseSeconds", &S::lease_seconds, "From now; absent: the job's, or 60")
                          .range(1, limits::kLeaseSecondsMost));
    }
};

struct HeartbeatOutput {
    int renewed = 0;
    std::optional<Timestamp> lease_until;
    std::vector<Stale> stale;
    template <class S = HeartbeatOutput>
    static auto describe() {
        return fields(field("renewed", &S::renewed, "How many are still yours"),
                      field("leaseUntil", &S::lease_until, "The earliest end of their leases"),
                      stale_field<S>());
    }
};

struct Done {
    std::string id;
    int generation = 0;
    json::value output;
    std::optional<json::object> usage;
    template <class S = Done>
    static auto describe() {
        return fields(field("id", &S::id, "The job").required().format("uuid"),
                      field("generation", &S::generation, "Of the lease").required().range(1, 2e9),
                      field("output", &S::output, "The answer").max_bytes(limits::kJobBytes),
                      field("usage", &S::usage, "What it used: tokens, cost")
                          .max_bytes(limits::kMetadataBytes));
    }
};

struct CompleteInput {
    std::vector<Done> jobs;
    static auto describe() { return fields(items_field<CompleteInput>()); }
};

struct CompleteOutput {
    int completed = 0;
    std::vector<Stale> stale;
    std::optional<std::vector<Refused>> refused;
    template <class S = CompleteOutput>
    static auto describe() {
        return fields(field("completed", &S::completed, "How many are complete"), stale_field<S>(),
                      refused_field<S>());
    }
};

struct Failed {
    std::string id;
    int generation = 0;
    std::string error;
    bool retry = true, release = false;
    std::optional<int> delay_seconds;
    template <class S = Failed>
    static auto describe() {
        return fields(
            field("id", &S::id, "The job").required().format("uuid"),
            field("generation", &S::generation, "Of the lease").required().range(1, 2e9),
            field("error", &S::error, "What went wrong").max_bytes(limits::kPendingBytes),
            field("retry", &S::retry, "false: it is failed for good"),
            field("release", &S::release, "Give it back as if it had not been leased"),
            field("delaySeconds", &S::delay_seconds, "Until it is tried again; absent: backoff")
                .range(0, 30.0 * limits::kLeaseSecondsMost));
    }
};

struct FailInput {
    std::vector<Failed> jobs;
    static auto describe() { return fields(items_field<FailInput>()); }
};

struct Ended {
    std::string id;
    std::string outcome;
    std::optional<Timestamp> retry_at;
    template <class S = Ended>
    static auto describe() {
        return fields(field("id", &S::id, "The job"),
                      field("outcome", &S::outcome, "retried, released or failed"),
                      field("retryAt", &S::retry_at, "When it is tried again"));
    }
};

struct FailOutput {
    std::vector<Ended> jobs;
    std::vector<Stale> stale;
    std::optional<std::vector<Refused>> refused;
    template <class S = FailOutput>
    static auto describe() {
        return fields(field("jobs", &S::jobs, "What became of each"), stale_field<S>(),
                      refused_field<S>());
    }
};

}  // namespace stele::jobs
