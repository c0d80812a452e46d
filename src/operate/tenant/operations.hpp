// Registers db scoped-export, scoped-import and scoped-copy.
#pragma once

#include "runtime/operation.hpp"

namespace stele::tenant {

void register_operations(runtime::Registry& registry);

}  // namespace stele::tenant
