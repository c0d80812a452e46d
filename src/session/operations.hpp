#pragma once

#include "api/operation.hpp"

namespace stele::session {

// struggle.check and context.check.
void register_operations(api::Registry& registry);

}  // namespace stele::session
