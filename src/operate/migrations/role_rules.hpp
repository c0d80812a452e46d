// Which powers each of Stele's roles needs, and no more: one table of rules over the catalog.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/pg/result.hpp"

namespace stele::ops {

enum class Role { runtime, readonly, oper, audit, maintenance };
inline constexpr Role kRoles[] = {Role::runtime, Role::readonly, Role::oper, Role::audit,
                                  Role::maintenance};
std::string_view name_of(Role role);  // "stele_runtime"

using Privileges = std::set<std::string, std::less<>>;  // "SELECT", "INSERT", …

struct TableFacts {
    std::string name;
    bool tenant = false;       // has an org_id
    bool append_only = false;  // by its name (…_versions, …_log) or its comment
};

// Those of a table of Stele's; for any other table none.
Privileges wanted_privileges(Role role, const TableFacts& table);

// What a role can do beyond the runtime's rules, one sentence each: from the rows of
// role_powers.sql. Nothing when it is what it should be.
std::vector<std::string> excess_powers(const pg::Result& powers);

}  // namespace stele::ops
