// db revert: back to an earlier version, with everything that the way back destroys.
#pragma once

#include "operate/history/types.hpp"
#include "runtime/context.hpp"

namespace stele::history {

// The guards come in this order: confirmation, production, drift, legal holds, backup. Throws
// Error(refused) by them; Error(failed) when a down file fails: it is rolled back, those before it
// stay reverted, and the message says where the schema is.
RevertOutput revert(runtime::Context& context, const RevertInput& input);

}  // namespace stele::history
