#pragma once

#include "api/operation.hpp"

namespace stele::jobs {

// job.*: submitting, leasing and working, looking, queues.
void register_operations(api::Registry& registry);

}  // namespace stele::jobs
