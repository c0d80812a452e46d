#pragma once

#include "runtime/operation.hpp"
#include "work/jobs/definitions/agent.hpp"

namespace stele::mesh {

// mesh.*, delegation.*, posse.*.
void register_operations(runtime::Registry& registry);

// For jobs::register_operations: POST /job finds the instance that it fits best.
jobs::RemoteRouter remote_router();

}  // namespace stele::mesh
