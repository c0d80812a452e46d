#include "runtime/caller/call_limiter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"

namespace stele::runtime {

namespace {

constexpr std::size_t kBuckets = 4096;  // past it, those that are full and still are forgotten

std::string key_of(const Caller& caller) {
    return caller.credential == Uuid{} ? caller.principal : caller.credential.text();
}

}  // namespace

CallLimiter::Bounds CallLimiter::bounds_of(const Caller& caller) const {
    const bool own = caller.kind == CallerKind::local || caller.kind == CallerKind::operator_token;
    return {options_.per_second > 0 ? options_.per_second
            : own                   ? 0
                                    : kPerSecond,
            options_.at_once > 0 ? options_.at_once
            : own                ? 0
                                 : kAtOnce};
}

CallLimiter::Bucket& CallLimiter::bucket_of(const std::string& key, const Bounds& bounds) const {
    const Time now = clock_();
    const double most = std::max(1.0, bounds.per_second * kBurst);
    if (buckets_.size() >= kBuckets && !buckets_.contains(key))
        std::erase_if(buckets_, [&](const auto& entry) {
            return entry.second.running == 0 && now - entry.second.filled > std::chrono::minutes(1);
        });
    const auto [entry, fresh] = buckets_.try_emplace(key, Bucket{most, now, 0});
    Bucket& bucket = entry->second;
    const double gone = std::chrono::duration<double>(now - bucket.filled).count();
    bucket.tokens = std::min(most, bucket.tokens + gone * bounds.per_second);
    bucket.filled = now;
    return bucket;
}

void CallLimiter::refuse(const Bucket& bucket, const Bounds& bounds, bool begins) {
    if (begins && bounds.per_second > 0 && bucket.tokens < 1)
        throw Error(Code::rate_limited,
                    fmt::format("this credential may begin {} calls a second", bounds.per_second),
                    "wait a moment and try again", {}, true);
    if (bounds.at_once > 0 && bucket.running >= bounds.at_once)
        throw Error(Code::rate_limited,
                    fmt::format("{} calls of this credential are running already", bucket.running),
                    "wait for their answers before sending more", {}, true);
}

CallLimiter::Running CallLimiter::enter(const Caller& caller, bool begins) {
    const Bounds bounds = bounds_of(caller);
    if (bounds.none()) return nullptr;
    const std::string key = key_of(caller);
    const std::lock_guard lock(mutex_);
    Bucket& bucket = bucket_of(key, bounds);
    refuse(bucket, bounds, begins);
    if (begins) bucket.tokens -= 1;
    ++bucket.running;
    return Running(static_cast<void*>(this), [this, key](void*) { leave(key); });
}

void CallLimiter::check(const Caller& caller) const {
    const Bounds bounds = bounds_of(caller);
    if (bounds.none()) return;
    const std::lock_guard lock(mutex_);
    refuse(bucket_of(key_of(caller), bounds), bounds, true);
}

void CallLimiter::leave(const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (const auto found = buckets_.find(key); found != buckets_.end()) --found->second.running;
}

}  // namespace stele::runtime
