#pragma once

#include "runtime/operation.hpp"

namespace stele::recall {

// recall.search.
void register_operations(api::Registry& registry);

}  // namespace stele::recall
