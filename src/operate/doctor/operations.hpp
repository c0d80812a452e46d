// `stele doctor`.
#pragma once

#include "runtime/operation.hpp"

namespace stele::doctor {

void register_operations(api::Registry& registry);

}  // namespace stele::doctor
