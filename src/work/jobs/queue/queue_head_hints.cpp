#include <algorithm>

#include "work/jobs/queue/queue_head_hints.hpp"

namespace stele::jobs {

using std::chrono::ceil;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

// A look is slow from here on: some ten thousand dead entries.
constexpr microseconds kSlow{1000};
// Looks from the head may take this part of the time.
constexpr int kPart = 10;
constexpr milliseconds kLongest{1000};
// Job maintenance that looks once a second is given so long.
constexpr milliseconds kScouted{5000};
// Beyond so many queues all are forgotten: each costs its next look the way from the head.
constexpr std::size_t kQueues = 10'000;

}  // namespace

QueueHeadHints::Place QueueHeadHints::begin(const Queue& queue, Time now) {
    const std::lock_guard lock(mutex_);
    const auto it = hints_.find(queue);
    if (it == hints_.end()) return kHead;
    if (now < it->second.until) return it->second.place;
    // This one looks from the head; until it is back, the others begin where they did.
    it->second.until = now + kLongest;
    it->second.awaited = false;
    return kHead;
}

void QueueHeadHints::found(const Queue& queue, Place from, const std::optional<Place>& first,
                           microseconds searched, Time now) {
    const std::lock_guard lock(mutex_);
    const auto it = hints_.find(queue);
    if (from != kHead) {
        if (it != hints_.end() && first) it->second.place = std::max(it->second.place, *first);
        return;
    }
    if (searched < kSlow) {
        hints_.erase(queue);
        return;
    }
    if (first) {
        if (hints_.size() >= kQueues) hints_.clear();
        hints_[queue] = {*first, until(searched, now)};
    } else if (it != hints_.end()) {
        it->second.until = until(searched, now);
    }
}

QueueHeadHints::Time QueueHeadHints::until(microseconds searched, Time now) const {
    if (now < probed_until_) return now + kScouted;
    return now + std::min<std::chrono::nanoseconds>(searched * kPart, kLongest);
}

void QueueHeadHints::lower(const Queue& queue, std::int32_t priority) {
    const std::lock_guard lock(mutex_);
    const auto it = hints_.find(queue);
    if (it != hints_.end() && priority < it->second.place.priority)
        it->second.place = {priority, {}};
}

std::vector<QueueHeadHints::Known> QueueHeadHints::due_for_probe(std::uint64_t database, Time now) {
    const std::lock_guard lock(mutex_);
    probed_until_ = now + kScouted;
    std::vector<Known> out;
    for (const auto& [queue, front] : hints_)
        if (queue.database == database) out.push_back({queue, front.place});
    return out;
}

bool QueueHeadHints::probed(const Known& known, const std::optional<Place>& first,
                            microseconds searched, Time now) {
    const std::lock_guard lock(mutex_);
    const auto it = hints_.find(known.queue);
    if (it == hints_.end()) return false;
    if (searched < kSlow) {
        hints_.erase(it);
        return false;
    }
    it->second.until = now + kScouted;
    if (!first || *first >= known.place) return false;
    it->second.place = *first;
    return true;
}

QueueHeadHints& queue_head_hints() {
    static QueueHeadHints all;
    return all;
}

milliseconds QueueHeadHints::look_again(const Queue& queue, Time now, milliseconds otherwise) {
    const std::lock_guard lock(mutex_);
    const auto it = hints_.find(queue);
    if (it == hints_.end() || it->second.awaited) return otherwise;
    it->second.awaited = true;
    return std::clamp(ceil<milliseconds>(it->second.until - now), milliseconds(1), otherwise);
}

}  // namespace stele::jobs
