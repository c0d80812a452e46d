#pragma once

#include "runtime/operation.hpp"

namespace stele::lint {

// db.lint, db.validate
void register_operations(runtime::Registry& registry);

}  // namespace stele::lint
