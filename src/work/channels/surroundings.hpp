// The job that an agent's process was started for, as its environment says.
#pragma once

#include <optional>
#include <string>

#include "runtime/context.hpp"

namespace stele::channels {

// Who a job answers to. Over HTTP, where the environment is the server's own, there is nothing.
struct Surroundings {
    std::optional<std::string> job_id, channel, from, reply_to;
    std::string trigger = "user";  // user, heartbeat, cron or hook
    bool brain_session = false;
};

// From STELE_JOB_ID, STELE_JOB_CHANNEL, STELE_JOB_FROM, STELE_JOB_REPLY_TO, STELE_JOB_TRIGGER and
// STELE_JOB_BRAIN_SESSION (or STELE_BRAIN_SESSION).
Surroundings surroundings(const runtime::Context& context);

}  // namespace stele::channels
