#pragma once

#include "runtime/operation.hpp"

namespace stele::smoke {

// smoke.
void register_operations(runtime::Registry& registry);

}  // namespace stele::smoke
