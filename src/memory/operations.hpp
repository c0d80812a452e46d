#pragma once

#include "api/operation.hpp"

namespace stele::memory {

// memory.store, store_batch, search, recent, get, list, update, supersede, forget, pin, stats,
// import, export, reembed.
void register_operations(api::Registry& registry);

}  // namespace stele::memory
