// Registers what the events domain offers.
#pragma once

#include "runtime/operation.hpp"

namespace stele::events {

void register_operations(runtime::Registry& registry);

}  // namespace stele::events
