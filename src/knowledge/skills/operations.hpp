#pragma once

#include "runtime/operation.hpp"

namespace stele::skills {

// skills.store, search, show, list, delete and import.
void register_operations(runtime::Registry& registry);

}  // namespace stele::skills
