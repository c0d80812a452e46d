// Registers dump, verify-dump, restore, copy, backup, backups and reset.
#pragma once

#include "runtime/operation.hpp"

namespace stele::archive {

void register_operations(runtime::Registry& registry);

}  // namespace stele::archive
