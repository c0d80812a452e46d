#pragma once

#include <functional>

#include "api/operation.hpp"

namespace stele::memory {

// memory.store, store_batch, search, recent, get, list, update, supersede, forget, pin, stats,
// import, export, reembed. `reembed_others` asks for the vectors of what other domains hold and
// says how many those are; memory.reembed takes them along.
void register_operations(api::Registry& registry,
                         std::function<std::int64_t(api::Context&)> reembed_others = {});

}  // namespace stele::memory
