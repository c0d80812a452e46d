#pragma once

#include "runtime/operation.hpp"

namespace stele::recall {

// recall.search.
void register_operations(runtime::Registry& registry);

}  // namespace stele::recall
