// What the background tasks offer: background.list, background.retry.
#pragma once

#include <vector>

#include "runtime/background/runner.hpp"
#include "runtime/operation.hpp"

namespace stele::background {

void register_operations(runtime::Registry& registry, std::vector<Task> tasks);

}  // namespace stele::background
