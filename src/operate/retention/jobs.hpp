// What ran and is past its time: jobs with all that hangs on them, and months of their events.
#pragma once

#include <optional>
#include <string_view>

#include "foundation/pg/database.hpp"
#include "operate/retention/rules.hpp"
#include "operate/retention/types.hpp"
#include "runtime/context.hpp"

namespace stele::retention {

inline constexpr std::string_view kJobs = "jobs";
inline constexpr std::string_view kEvents = "job_events";

// Deletes jobs of a tenant that a rule names, in batches from the oldest on: attempts, steps,
// signals, checkpoints, tool calls and artifacts go with them. What lives, what a live job came
// from or belongs to, and what has an artifact under legal hold stays.
class JobBatches {
  public:
    JobBatches(runtime::Context& context, const Rule& rule, const pg::Tenant& tenant)
        : context_(context), rule_(rule), tenant_(tenant) {}
    // One transaction: the rows go and the log says so, or neither. Gives how many jobs; 0: no
    // more.
    std::size_t next();

  private:
    runtime::Context& context_;
    const Rule& rule_;
    pg::Tenant tenant_;
    Uuid after_;
};

// Months of events that a rule names, dropped or only looked at. A line, unless there are none.
std::optional<ReportRow> drop_events(runtime::Context& context, const Rule& rule, bool only_look);

}  // namespace stele::retention
