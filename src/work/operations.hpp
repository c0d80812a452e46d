#pragma once

#include "api/dispatcher.hpp"

namespace stele::work {

// job.work, job.watch: of the command line alone. `registry` and `dispatcher` must outlive
// what they run.
void register_operations(api::Registry& registry, api::Dispatcher& dispatcher);

}  // namespace stele::work
