#pragma once

#include "api/operation.hpp"

namespace stele::smoke {

// smoke.
void register_operations(api::Registry& registry);

}  // namespace stele::smoke
