#pragma once

#include "runtime/operation.hpp"

namespace stele::ops {

// db.status, migrate, start, stop, restart, logs, psql, url; setup.
void register_operations(runtime::Registry& registry);

}  // namespace stele::ops
