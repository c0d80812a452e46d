#pragma once

#include "runtime/operation.hpp"

namespace stele::roles {

// db roles, db roles apply.
void register_operations(api::Registry& registry);

}  // namespace stele::roles
