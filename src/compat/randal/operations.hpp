#pragma once

#include "runtime/operation.hpp"

namespace stele::randal {

// schedule.info and cron; cron.list, add and remove; heartbeat.wake and trigger; hooks.wake and
// agent.
void register_operations(runtime::Registry& registry);

}  // namespace stele::randal
