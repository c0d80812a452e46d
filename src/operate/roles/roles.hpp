// The roles of a database against the rules (operate/migrations/role_rules.hpp).
#pragma once

#include "operate/roles/types.hpp"
#include "runtime/context.hpp"

namespace stele::roles {

// Reads the catalog as the owner; changes nothing.
RolesOutput look(runtime::Context& context, const RolesInput& input);
// Mends the findings in one transaction. Throws Error(refused) for a login that may not.
RolesOutput apply(runtime::Context& context, const ApplyInput& input);

}  // namespace stele::roles
