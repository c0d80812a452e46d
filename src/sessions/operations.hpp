// Registers what the sessions domain offers.
#pragma once

#include "api/operation.hpp"

namespace stele::sessions {

void register_operations(api::Registry& registry);

}  // namespace stele::sessions
