// Registers what the events domain offers.
#pragma once

#include "api/operation.hpp"

namespace stele::events {

void register_operations(api::Registry& registry);

}  // namespace stele::events
