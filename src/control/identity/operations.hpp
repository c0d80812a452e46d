#pragma once

#include "runtime/operation.hpp"

namespace stele::identity {

// token.create, list, rotate, revoke and generate.
void register_operations(runtime::Registry& registry);

}  // namespace stele::identity
