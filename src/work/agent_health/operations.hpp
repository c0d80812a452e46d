#pragma once

#include "runtime/operation.hpp"

namespace stele::agent_health {

// struggle.check and context.check.
void register_operations(runtime::Registry& registry);

}  // namespace stele::agent_health
