// Registers db scoped-export, scoped-import and scoped-copy.
#pragma once

#include "api/operation.hpp"

namespace stele::tenant {

void register_operations(api::Registry& registry);

}  // namespace stele::tenant
