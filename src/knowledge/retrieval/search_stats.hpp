// What the arms of search did in this process, for /metrics.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace stele::retrieval {

enum class Arm {
    vector,      // the query's own vector
    candidates,  // every visible item, words and meanings scored one by one
    segments,    // of a large tenant: the unindexed items, and the best of its segments
    top,      // everything visible scored in the server: the segment builder lags, or a filter is
              // narrow
    letters,  // no word was known: misspellings
};
inline constexpr std::array kArmNames{"vector", "candidates", "segments", "top", "letters"};

struct ArmStats {
    std::uint64_t runs = 0;
    double seconds = 0;
};

struct SearchStats {
    std::array<ArmStats, kArmNames.size()> arms;  // by Arm
    std::uint64_t degraded = 0;                   // searches that should have had a vector
};
SearchStats search_stats();

void count_degraded();

// Counts one run of an arm, from its construction to its end, however it ends.
class ArmTimer {
  public:
    explicit ArmTimer(Arm arm) : arm_(arm) {}
    ~ArmTimer();
    ArmTimer(const ArmTimer&) = delete;
    ArmTimer& operator=(const ArmTimer&) = delete;

  private:
    const Arm arm_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace stele::retrieval
