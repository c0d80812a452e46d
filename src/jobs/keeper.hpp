// The keeper: what time does to jobs. It makes due what is due, takes jobs back from workers that
// fell silent, submits what schedules ask for, and keeps the partitions of events ahead of the
// calendar. Any number of processes may keep at once, and none is needed for leases to be right:
// they look at what is due themselves.
#pragma once

#include "api/background.hpp"
#include "api/context.hpp"

namespace stele::jobs {

// Does a bunch of what is due, of whatever tenant. Returns how much it was; 0: nothing is due.
int keep(api::Context& context);
// Returns how many partitions were made.
int keep_partitions(api::Context& context);

// Keeps in the background of serve and mcp for as long as it lives.
class Keeper {
  public:
    explicit Keeper(api::Background::MakeContext make_context);

  private:
    int step(api::Context& context);

    Deadline partitions_due_{};  // at once
    api::Background background_;
};

}  // namespace stele::jobs
