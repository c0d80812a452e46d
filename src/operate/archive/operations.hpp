// Registers dump, verify-dump, restore, copy, backup, backups and reset.
#pragma once

#include "runtime/operation.hpp"
#include "runtime/table.hpp"

namespace stele::archive {

// `tables`: those of all modules.
void register_operations(runtime::Registry& registry, const runtime::Tables& tables);

}  // namespace stele::archive
