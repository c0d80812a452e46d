// What the retention rules would delete, and deleting it.
#pragma once

#include "operate/retention/types.hpp"
#include "runtime/context.hpp"

namespace stele::retention {

// Both throw Error(refused) for a role that does not see every tenant's rows: the counts would be
// too low and tenants left out.
RetentionOutput plan(runtime::Context& context, const PlanInput& input);
// Works in batches until nothing is left, and may be stopped between two of them.
RetentionOutput apply(runtime::Context& context, const ApplyInput& input);

}  // namespace stele::retention
