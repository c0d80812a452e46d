// `stele doctor`.
#pragma once

#include "runtime/operation.hpp"

namespace stele::doctor {

void register_operations(runtime::Registry& registry);

}  // namespace stele::doctor
