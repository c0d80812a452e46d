#pragma once

#include "runtime/operation.hpp"

namespace stele::history {

// db adopt, db revert.
void register_operations(runtime::Registry& registry);

}  // namespace stele::history
