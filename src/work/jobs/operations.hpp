#pragma once

#include "runtime/operation.hpp"
#include "work/jobs/definitions/agent.hpp"

namespace stele::jobs {

// job.*: submitting, leasing and working, looking, queues.
void register_operations(runtime::Registry& registry, const RemoteRouter& remote = {});

}  // namespace stele::jobs
