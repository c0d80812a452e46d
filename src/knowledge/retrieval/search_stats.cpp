#include "knowledge/retrieval/search_stats.hpp"

#include <atomic>

namespace stele::retrieval {

namespace {

struct Counters {
    std::atomic<std::uint64_t> runs = 0, nanoseconds = 0;
};
std::array<Counters, kArmNames.size()> counters;
std::atomic<std::uint64_t> degraded = 0;

}  // namespace

SearchStats search_stats() {
    SearchStats out;
    for (std::size_t i = 0; i < counters.size(); ++i)
        out.arms[i] = {counters[i].runs, double(counters[i].nanoseconds) / 1e9};
    out.degraded = degraded;
    return out;
}

void count_degraded() {
    ++degraded;
}

ArmTimer::~ArmTimer() {
    Counters& mine = counters[std::size_t(arm_)];
    ++mine.runs;
    mine.nanoseconds += std::uint64_t((std::chrono::steady_clock::now() - started_).count());
}

}  // namespace stele::retrieval
