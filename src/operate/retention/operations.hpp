#pragma once

#include "runtime/operation.hpp"

namespace stele::retention {

// db retention plan, db retention apply.
void register_operations(runtime::Registry& registry);

}  // namespace stele::retention
