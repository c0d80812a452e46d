// One tenant from this database into another, or into another tenant of this one.
#pragma once

#include "operate/tenant/types.hpp"
#include "runtime/context.hpp"

namespace stele::tenant {

// Export and import, with a file of 0600 in between that goes away at the end. Throws
// Error(refused) when source and target are the same tenant of the same database.
ImportOutput copy_tenant(runtime::Context& context, const CopyInput& input);

}  // namespace stele::tenant
