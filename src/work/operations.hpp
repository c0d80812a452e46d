#pragma once

#include "api/operation.hpp"

namespace stele::work {

// job.work, job.watch: of the command line alone. `registry` must outlive what they run.
void register_operations(api::Registry& registry);

}  // namespace stele::work
