// What a command's end means for its job.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "foundation/base/clock.hpp"
#include "foundation/base/json.hpp"

namespace stele::shell {

// stdout as the output of a job: nothing is null, JSON is itself, all else {"text": …}. Of more
// than a job may keep the beginning is kept: {"text", "truncated": true, "bytes": of all}.
json::value output_of(std::string_view out, std::size_t bytes);

// Whether this exit code means that trying again is of no use: EX_USAGE, EX_DATAERR and those that
// the user named.
bool is_final(int status, const std::set<int>& no_retry_on);

// "2,3" as numbers. Throws Error(invalid_argument).
std::set<int> exit_codes_of(std::string_view text);

// How many lines of one job's stderr become events: so many in any second; others are counted.
class LineRate {
  public:
    explicit LineRate(int per_second) : per_second_(per_second) {}
    // Whether this line is within the rate. `skipped`, when it is: how many were not, before it.
    bool admit(Deadline now, int& skipped);
    int skipped() const { return skipped_; }  // since the last one that was admitted

  private:
    int per_second_, in_this_second_ = 0, skipped_ = 0;
    Deadline second_{};
};

}  // namespace stele::shell
