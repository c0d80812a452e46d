// Registers `stele upgrade`.
#pragma once

#include "runtime/dispatcher.hpp"
#include "runtime/operation.hpp"

namespace stele::upgrade {

// Both must outlive the operation, which calls others of the registry.
void register_operations(runtime::Registry& registry, runtime::Dispatcher& dispatcher);

}  // namespace stele::upgrade
