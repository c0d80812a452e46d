#pragma once

#include "api/operation.hpp"

namespace stele::lint {

// db.lint
void register_operations(api::Registry& registry);

}  // namespace stele::lint
