// Looking at the running server: `db activity`, `slow`, `sizes`, `indexes`, `pool`.
#pragma once

#include "runtime/operation.hpp"

namespace stele::watch {

void register_operations(runtime::Registry& registry);

}  // namespace stele::watch
