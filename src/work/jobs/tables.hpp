// The tables of work/jobs.
#pragma once

#include "runtime/table.hpp"

namespace stele::jobs {

inline runtime::Tables tables() {
    return {
        {.name = "jobs", .what = "the ledger of what ran and is to run"},
        {.name = "job_queue", .what = "where each live job stands"},
        {.name = "job_queues", .what = "settings of queues"},
        {.name = "job_attempts", .what = "how attempts ended that did not complete their job"},
        {.name = "job_steps", .what = "what finished steps gave"},
        {.name = "job_signals", .what = "what was sent to jobs, approvals among it"},
        {.name = "job_events", .what = "what jobs reported"},
        {.name = "job_checkpoints", .what = "where jobs can be resumed"},
        {.name = "job_tool_calls", .what = "which tools jobs used"},
        {.name = "artifacts", .what = "what jobs produced: address, hash and size"},
        {.name = "job_definitions", .what = "versions of jobs' definitions"},
        {.name = "job_schedules", .what = "what is submitted when"},
        {.name = "wake_items", .what = "what the next heartbeat takes along"},
    };
}

}  // namespace stele::jobs
