#include <algorithm>

#include "work/jobs/fronts.hpp"

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
// A keeper that looks once a second is given so long.
constexpr milliseconds kScouted{5000};
// Beyond so many queues all are forgotten: each costs its next look the way from the head.
constexpr std::size_t kQueues = 10'000;

}  // namespace

Fronts::Place Fronts::begin(const Queue& queue, Time now) {
    const std::lock_guard lock(mutex_);
    const auto it = fronts_.find(queue);
    if (it == fronts_.end()) return kHead;
    if (now < it->second.until) return it->second.place;
    // This one looks from the head; until it is back, the others begin where they did.
    it->second.until = now + kLongest;
    it->second.awaited = false;
    return kHead;
}

void Fronts::found(const Queue& queue, Place from, const std::optional<Place>& first,
                   microseconds searched, Time now) {
    const std::lock_guard lock(mutex_);
    const auto it = fronts_.find(queue);
    if (from != kHead) {
        if (it != fronts_.end() && first) it->second.place = std::max(it->second.place, *first);
        return;
    }
    if (searched < kSlow) {
        fronts_.erase(queue);
        return;
    }
    if (first) {
        if (fronts_.size() >= kQueues) fronts_.clear();
        fronts_[queue] = {*first, until(searched, now)};
    } else if (it != fronts_.end()) {
        it->second.until = until(searched, now);
    }
}

Fronts::Time Fronts::until(microseconds searched, Time now) const {
    if (now < scouted_until_) return now + kScouted;
    return now + std::min<std::chrono::nanoseconds>(searched * kPart, kLongest);
}

void Fronts::lower(const Queue& queue, std::int32_t priority) {
    const std::lock_guard lock(mutex_);
    const auto it = fronts_.find(queue);
    if (it != fronts_.end() && priority < it->second.place.priority)
        it->second.place = {priority, {}};
}

std::vector<Fronts::Known> Fronts::to_scout(std::uint64_t database, Time now) {
    const std::lock_guard lock(mutex_);
    scouted_until_ = now + kScouted;
    std::vector<Known> out;
    for (const auto& [queue, front] : fronts_)
        if (queue.database == database) out.push_back({queue, front.place});
    return out;
}

bool Fronts::scouted(const Known& known, const std::optional<Place>& first, microseconds searched,
                     Time now) {
    const std::lock_guard lock(mutex_);
    const auto it = fronts_.find(known.queue);
    if (it == fronts_.end()) return false;
    if (searched < kSlow) {
        fronts_.erase(it);
        return false;
    }
    it->second.until = now + kScouted;
    if (!first || *first >= known.place) return false;
    it->second.place = *first;
    return true;
}

Fronts& fronts() {
    static Fronts all;
    return all;
}

milliseconds Fronts::look_again(const Queue& queue, Time now, milliseconds otherwise) {
    const std::lock_guard lock(mutex_);
    const auto it = fronts_.find(queue);
    if (it == fronts_.end() || it->second.awaited) return otherwise;
    it->second.awaited = true;
    return std::clamp(ceil<milliseconds>(it->second.until - now), milliseconds(1), otherwise);
}

}  // namespace stele::jobs
