// Registers what the relay domain offers.
#pragma once

#include "runtime/operation.hpp"

namespace stele::relay {

void register_operations(runtime::Registry& registry);

}  // namespace stele::relay
