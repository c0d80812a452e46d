#pragma once

#include "runtime/operation.hpp"

namespace stele::channels {

// channel.list, declare, remove and send; job.info.
void register_operations(runtime::Registry& registry);

}  // namespace stele::channels
