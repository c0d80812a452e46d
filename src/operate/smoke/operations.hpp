#pragma once

#include "runtime/operation.hpp"

namespace stele::smoke {

// smoke.
void register_operations(api::Registry& registry);

}  // namespace stele::smoke
