// Where a queue's jobs begin. A job that was leased leaves a dead entry at the head of the queue's
// index until VACUUM has been there, and not even then while some transaction stays open: a look
// from the head passes over all of them. So a look that was slow leaves word of its first job, and
// for a while those after it begin there. What comes before that place meanwhile (a more urgent
// job, one whose transaction committed late) is found by the next look from the head. Where a
// process maintains jobs, those are its own, once a second, and no lease waits for them. A queue
// without many dead entries is always read from its head.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/base/uuid.hpp"

namespace stele::jobs {

class QueueHeadHints {
  public:
    struct Queue {
        std::uint64_t database;  // pg::Database::id()
        Uuid org, project;
        std::string name;
        friend auto operator<=>(const Queue&, const Queue&) = default;
    };
    // In the order of a queue.
    struct Place {
        std::int32_t priority;
        Timestamp ready_at;
        friend auto operator<=>(const Place&, const Place&) = default;
    };
    // Before all jobs.
    static constexpr Place kHead{-32768, {}};

    using Time = std::chrono::steady_clock::time_point;

    // Where a look is to begin: at the head, unless one from there was slow a moment ago.
    Place begin(const Queue& queue, Time now);
    // What a look that began at `from` found first, and how long it searched. `first` should be a
    // few seconds before the present at the latest, for transactions that are on their way.
    void found(const Queue& queue, Place from, const std::optional<Place>& first,
               std::chrono::microseconds searched, Time now);
    // A look that did not begin at the head found nothing and its caller waits: when he is to look
    // again. One is told the next look from the head, all others `otherwise`.
    std::chrono::milliseconds look_again(const Queue& queue, Time now,
                                         std::chrono::milliseconds otherwise);

    // More urgent jobs came, by way of this process.
    void lower(const Queue& queue, std::int32_t priority);

    struct Known {
        Queue queue;
        Place place;
    };
    // For job maintenance: the queues of a database whose looks begin elsewhere than at the head.
    // From now on leases leave the looks from there to whoever asks this every few seconds.
    std::vector<Known> due_for_probe(std::uint64_t database, Time now);
    // What job maintenance's look came to; true when there is a job before the place that was
    // known.
    bool probed(const Known& known, const std::optional<Place>& first,
                std::chrono::microseconds searched, Time now);

  private:
    struct Front {
        Place place;
        Time until;            // then the next look begins at the head
        bool awaited = false;  // somebody will look then
    };
    Time until(std::chrono::microseconds searched, Time now) const;

    std::mutex mutex_;
    std::map<Queue, Front> hints_;
    Time probed_until_{};  // job maintenance is at work
};

// Those of this process.
QueueHeadHints& queue_head_hints();

}  // namespace stele::jobs
