// What submitters and operators ask of the jobs domain. What workers say: worker_requests.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "work/jobs/fields.hpp"

namespace stele::jobs {

struct SubmitInput {
    std::string name;
    std::optional<std::string> queue;
    json::value input;
    std::optional<int> version;
    std::optional<std::string> key, parent_id;
    std::string group;
    std::optional<int> priority;
    std::optional<int> delay_seconds;
    std::optional<Timestamp> run_at;
    std::optional<int> max_attempts, lease_seconds, backoff_seconds, backoff_cap;
    std::optional<json::object> origin, metadata;
    std::optional<Retention> retention;
    std::optional<bool> announce;
    template <class S = SubmitInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        constexpr double day = limits::kLeaseSecondsMost;
        return fields(
            field("name", &S::name, "What is to be done: the name that workers know")
                .required()
                .positional()
                .min_bytes(1)
                .max_bytes(name),
            queue_field(&S::queue,
                        "Where it waits for a worker; absent: its definition's, or default")
                .alias("q"),
            field("input", &S::input, "What the worker gets").max_bytes(limits::kJobBytes),
            field("version", &S::version,
                  "Of what is to be done; absent: its definition's newest, or 1")
                .range(1, 2e9),
            field("key", &S::key,
                  "Your own name for the job: a queue takes each once, however often it is sent")
                .min_bytes(1)
                .max_bytes(limits::kDedupKeyBytes),
            field("parentId", &S::parent_id, "The live job that it is a part of").format("uuid"),
            field("group", &S::group, "Jobs of a group share its limits and its turns in a queue")
                .max_bytes(name),
            field("priority", &S::priority,
                  "The lowest goes first; absent: its definition's, or 100")
                .range(-limits::kPriorityMost, limits::kPriorityMost),
            field("delaySeconds", &S::delay_seconds, "Not before so many seconds have passed")
                .range(0, 366 * day),
            field("runAt", &S::run_at, "Not before then"),
            field("maxAttempts", &S::max_attempts,
                  "How often it is tried; absent: its definition's, the queue's, or 5")
                .range(1, 1000),
            field("leaseSeconds", &S::lease_seconds,
                  "How long a worker has it without a word; absent: its definition's, the queue's, "
                  "or 60")
                .range(1, day),
            field("backoffSeconds", &S::backoff_seconds,
                  "Between the first two attempts, doubled with each; absent: the queue's, or 5")
                .range(1, day),
            field("backoffCap", &S::backoff_cap,
                  "The longest time between two attempts, in seconds; absent: the queue's, or 3600")
                .range(1, 30 * day),
            field("origin", &S::origin, "Where it came from: channel, replyTo, from, triggerType")
                .max_bytes(limits::kMetadataBytes),
            field("metadata", &S::metadata, "Anything else").max_bytes(limits::kMetadataBytes),
            field("retention", &S::retention,
                  "How long to keep it: ephemeral, standard, audit or legal-hold; absent: its "
                  "definition's, or standard"),
            field("announce", &S::announce,
                  "Tell who watches the stream of events how it stands; absent: jobs for agents"));
    }
};

struct SubmitOutput {
    std::string id;
    Status status = Status::queued;
    std::optional<bool> duplicate;
    template <class S = SubmitOutput>
    static auto describe() {
        return fields(field("id", &S::id, "The job's id; of the existing one when duplicate"),
                      field("status", &S::status, "How it stands"),
                      field("duplicate", &S::duplicate, "true: the queue had the key already"));
    }
};

struct SubmitBatchInput {
    std::vector<SubmitInput> jobs;
    static auto describe() {
        return fields(field("jobs", &SubmitBatchInput::jobs, "Up to 1,000 jobs")
                          .required()
                          .max_items(limits::kBatch));
    }
};

struct SubmitBatchOutput {
    int submitted = 0;
    int duplicates = 0;
    std::vector<SubmitOutput> jobs;
    template <class S = SubmitBatchOutput>
    static auto describe() {
        return fields(field("submitted", &S::submitted, "New jobs"),
                      field("duplicates", &S::duplicates, "Jobs whose key was there already"),
                      field("jobs", &S::jobs, "One for each, in the order given"));
    }
};

struct IdInput {
    std::string id;
    static auto describe() { return fields(job_id_field<IdInput>()); }
};

struct ListInput {
    std::optional<Status> status;
    std::optional<std::string> queue, name, group, parent_id;
    std::optional<Timestamp> since;
    int limit = 20;
    std::optional<std::string> cursor;
    template <class S = ListInput>
    static auto describe() {
        return fields(
            field("status", &S::status, "queued, running, waiting, complete, failed or stopped")
                .alias("s"),
            queue_field(&S::queue, "Of this queue").alias("q"),
            field("name", &S::name, "Of this name").max_bytes(limits::kNameBytes),
            field("group", &S::group, "Of this group").max_bytes(limits::kNameBytes),
            field("parentId", &S::parent_id, "Children of this job").format("uuid"),
            field("since", &S::since, "Submitted since then"),
            field("limit", &S::limit, "How many").clamp(1, limits::kPage).alias("n").positional(),
            field("cursor", &S::cursor, "nextCursor of the page before").format("uuid"));
    }
};

struct ListOutput {
    std::vector<Job> jobs;
    std::optional<std::string> next_cursor;
    template <class S = ListOutput>
    static auto describe() {
        return fields(field("jobs", &S::jobs, "The last submitted first, without input and output"),
                      field("nextCursor", &S::next_cursor, "Absent on the last page"));
    }
};

struct CancelInput {
    std::string id;
    std::string reason = "cancelled";
    template <class S = CancelInput>
    static auto describe() {
        return fields(job_id_field<S>(),
                      field("reason", &S::reason, "Why, for the ledger").max_bytes(1024));
    }
};

struct CancelOutput {
    std::string id;
    Status status = Status::stopped;
    bool cancelled = false;
    int children = 0;
    template <class S = CancelOutput>
    static auto describe() {
        return fields(field("id", &S::id, "The job"),
                      field("status", &S::status, "How it stands now"),
                      field("cancelled", &S::cancelled, "false: it had ended already"),
                      field("children", &S::children, "Children stopped with it"));
    }
};

struct RedriveInput {
    std::vector<std::string> ids;
    std::optional<std::string> queue;
    int limit = 100;
    template <class S = RedriveInput>
    static auto describe() {
        return fields(
            field("ids", &S::ids, "Failed jobs").format("uuid").max_items(limits::kBatch),
            queue_field(&S::queue, "Or the failed jobs of a queue, the oldest first"),
            field("limit", &S::limit, "How many of the queue's").clamp(1, limits::kBatch));
    }
};

struct RedriveOutput {
    int redriven = 0;
    std::vector<std::string> ids;
    template <class S = RedriveOutput>
    static auto describe() {
        return fields(field("redriven", &S::redriven, "How many are queued again"),
                      field("ids", &S::ids, "Which"));
    }
};

// Absent: as it was; 0: nothing is set.
struct QueueInput {
    std::string queue;
    std::optional<int> max_running, max_running_per_group, rate_limit, rate_seconds;
    std::optional<int> lease_seconds, max_attempts, backoff_seconds, backoff_cap;
    std::optional<bool> fair;
    template <class S = QueueInput>
    static auto describe() {
        constexpr double day = limits::kLeaseSecondsMost;
        return fields(
            queue_field(&S::queue, "The queue; *: all of them together").required().positional(),
            field("maxRunning", &S::max_running, "Running at once in all; 0: any number")
                .range(0, 1e6),
            field("maxRunningPerGroup", &S::max_running_per_group,
                  "Running at once of one group; 0: any number")
                .range(0, 1e6),
            field("rateLimit", &S::rate_limit, "Begun in rateSeconds at most; 0: any number")
                .range(0, 1e6),
            field("rateSeconds", &S::rate_seconds,
                  "The time that rateLimit speaks of; 1 unless said")
                .range(1, day),
            field("fair", &S::fair,
                  "Groups take turns: the one with the fewest running goes first"),
            field("leaseSeconds", &S::lease_seconds, "How long a worker has a job; 0: 60")
                .range(0, day),
            field("maxAttempts", &S::max_attempts, "How often a job is tried; 0: 5").range(0, 1000),
            field("backoffSeconds", &S::backoff_seconds, "Before the second attempt; 0: 5")
                .range(0, day),
            field("backoffCap", &S::backoff_cap, "The longest time between attempts; 0: 3600")
                .range(0, 30 * day));
    }
};

struct QueueNameInput {
    std::string queue;
    static auto describe() {
        return fields(queue_field(&QueueNameInput::queue, "The queue; *: all of them")
                          .required()
                          .positional());
    }
};

struct DrainInput {
    std::string queue;
    bool off = false;
    template <class S = DrainInput>
    static auto describe() {
        return fields(queue_field(&S::queue, "The queue").required().positional(),
                      field("off", &S::off, "It takes new jobs again"));
    }
};

struct Queue {
    std::string queue;
    bool paused = false, draining = false, fair = false;
    std::optional<int> max_running, max_running_per_group, rate_limit, rate_seconds;
    std::optional<int> lease_seconds, max_attempts, backoff_seconds, backoff_cap;
    std::int64_t ready = 0, delayed = 0, running = 0, waiting = 0;
    std::optional<Timestamp> oldest_ready;
    template <class S = Queue>
    static auto describe() {
        return fields(
            field("queue", &S::queue, "Its name"), field("paused", &S::paused, "Nothing is leased"),
            field("draining", &S::draining, "It takes no new jobs"),
            field("fair", &S::fair, "Groups take turns"),
            field("maxRunning", &S::max_running, "Running at once in all"),
            field("maxRunningPerGroup", &S::max_running_per_group, "Running at once of one group"),
            field("rateLimit", &S::rate_limit, "Begun in rateSeconds at most"),
            field("rateSeconds", &S::rate_seconds, "The time that rateLimit speaks of"),
            field("leaseSeconds", &S::lease_seconds, "How long a worker has a job"),
            field("maxAttempts", &S::max_attempts, "How often a job is tried"),
            field("backoffSeconds", &S::backoff_seconds, "Before the second attempt"),
            field("backoffCap", &S::backoff_cap, "The longest time between attempts"),
            field("ready", &S::ready, "Jobs that could begin now"),
            field("delayed", &S::delayed, "Jobs that begin later"),
            field("running", &S::running, "Jobs that workers have"),
            field("waiting", &S::waiting, "Suspended jobs"),
            field("oldestReady", &S::oldest_ready, "Since when the first of them has been ready"));
    }
};

struct QueuesInput {
    std::optional<std::string> queue;
    static auto describe() {
        return fields(queue_field(&QueuesInput::queue, "This one alone").positional());
    }
};

struct QueuesOutput {
    std::vector<Queue> queues;
    static auto describe() {
        return fields(field("queues", &QueuesOutput::queues,
                            "Those that have live jobs or settings, by name"));
    }
};

}  // namespace stele::jobs
