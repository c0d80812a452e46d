#pragma once

#include "api/operation.hpp"

namespace stele::scheduler {

// schedule.info and cron; cron.list, add and remove; heartbeat.wake and trigger; hooks.wake and
// agent; voice.status.
void register_operations(api::Registry& registry);

}  // namespace stele::scheduler
