// What cannot be distributed on org_id, each with its reason: the one list that `db validate`
// prints and its tests hold against the catalog and the named statements.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stele::lint {

struct Undistributed {
    std::string_view name;
    std::string_view reason;
};

// Tables without a tenant that roles which serve requests may reach: on Citus local or reference
// ones.
std::span<const Undistributed> untenanted_tables();
// "table.trigger": triggers that are deferrable or reach rows of other tables.
std::span<const Undistributed> unsafe_triggers();
// "folder.statement": named statements that bind no org, on tenant tables or through a definer
// function.
std::span<const Undistributed> statements_over_tenants();

std::vector<std::string> names_of(std::span<const Undistributed> list);
// "what: a, b (the reason); c (another)", in the order of the list.
std::string listed(std::string_view what, std::span<const Undistributed> list);

}  // namespace stele::lint
