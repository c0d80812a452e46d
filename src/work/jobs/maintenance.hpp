// Job maintenance: what time does to jobs. It makes due what is due, takes jobs back from workers
// that fell silent, submits what schedules ask for, and keeps the partitions of events ahead of the
// calendar. Any number of processes may keep at once, and none is needed for leases to be right:
// they look at what is due themselves.
#pragma once

#include "runtime/background.hpp"
#include "runtime/background/backoffs.hpp"
#include "runtime/context.hpp"

namespace stele::jobs {

// Does a batch of what is due, of whatever tenant. Returns how much it was; 0: nothing is due. A
// tenant whose lost jobs cannot be taken back is left alone for a while, and stops nobody else.
int keep(runtime::Context& context, background::Backoffs& failing);
inline int keep(runtime::Context& context) {
    background::Backoffs failing;
    return keep(context, failing);
}
// Returns how many partitions were made.
int keep_partitions(runtime::Context& context);

// Keeps in the background of serve and mcp for as long as it lives.
class JobMaintenance {
  public:
    explicit JobMaintenance(runtime::Background::MakeContext make_context);

  private:
    int step(runtime::Context& context);

    Deadline partitions_due_{};  // at once
    background::Backoffs failing_;
    runtime::Background background_;
};

}  // namespace stele::jobs
