// What was delegated and is past its time.
#pragma once

#include <string_view>

#include "foundation/pg/database.hpp"
#include "operate/retention/rules.hpp"
#include "runtime/context.hpp"

namespace stele::retention {

inline constexpr std::string_view kDelegations = "delegations";

// Deletes a batch of a tenant's ended delegations that a rule names, with their events and
// explanations. One transaction: the rows go and the log says so, or neither. Gives how many; 0: no
// more.
std::size_t delete_delegations(runtime::Context& context, const Rule& rule,
                               const pg::Tenant& tenant);

}  // namespace stele::retention
