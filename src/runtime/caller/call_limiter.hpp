// How many calls one credential may begin in a second, and have running at once.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "runtime/caller/caller.hpp"

namespace stele::runtime {

class CallLimiter {
  public:
    using Time = std::chrono::steady_clock::time_point;
    struct Options {
        double per_second = 0;  // 0: kPerSecond, and for local and operator as many as they like
        int at_once = 0;        // likewise kAtOnce
    };
    static constexpr double kPerSecond = 100;
    static constexpr int kAtOnce = 32;

    explicit CallLimiter(Options options,
                         std::function<Time()> clock = std::chrono::steady_clock::now)
        : options_(options), clock_(std::move(clock)) {}

    // A call runs for as long as it lives.
    using Running = std::shared_ptr<void>;
    // Throws Error(rate_limited). `begins`: it is a new call, not one more look of one that waits.
    Running enter(const Caller& caller, bool begins = true);
    // Whether enter() would refuse now; takes nothing.
    void check(const Caller& caller) const;

  private:
    struct Bucket {
        double tokens = 0;
        Time filled;
        int running = 0;
    };
    struct Bounds {
        double per_second;
        int at_once;
        bool none() const { return per_second <= 0 && at_once <= 0; }
    };
    static constexpr double kBurst = 2;  // seconds' worth of calls that may begin together

    Bounds bounds_of(const Caller& caller) const;
    Bucket& bucket_of(const std::string& key, const Bounds& bounds) const;
    static void refuse(const Bucket& bucket, const Bounds& bounds, bool begins);
    void leave(const std::string& key);

    const Options options_;
    const std::function<Time()> clock_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, Bucket> buckets_;
};

}  // namespace stele::runtime
