// Registers `stele db rotate-password`.
#pragma once

#include "runtime/operation.hpp"

namespace stele::passwords {

void register_operations(runtime::Registry& registry);

}  // namespace stele::passwords
