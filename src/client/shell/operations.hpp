#pragma once

#include "runtime/dispatcher.hpp"

namespace stele::shell {

// job.work, job.watch: of the command line alone. `registry` and `dispatcher` must outlive
// what they run.
void register_operations(runtime::Registry& registry, runtime::Dispatcher& dispatcher);

}  // namespace stele::shell
