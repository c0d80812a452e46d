#pragma once

#include "runtime/operation.hpp"

namespace stele::roles {

// db roles, db roles apply.
void register_operations(runtime::Registry& registry);

}  // namespace stele::roles
