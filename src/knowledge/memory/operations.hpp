#pragma once

#include "knowledge/memory/reembed.hpp"
#include "runtime/operation.hpp"

namespace stele::memory {

// memory.store, store_batch, search, recent, get, list, update, supersede, forget, pin, stats,
// import, export, reembed. `refills`: the domains whose vectors memory.reembed makes anew, in
// `tenants`.
void register_operations(runtime::Registry& registry,
                         const std::vector<Refill>& refills = {refill()},
                         const ListTenants& tenants = {});

}  // namespace stele::memory
