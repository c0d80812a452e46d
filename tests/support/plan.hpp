// What a test needs to ask for a statement's one plan.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace stele::testing {

// A session plans as a tenant's transaction does (foundation/pg/sql/open_tenant.sql).
inline constexpr const char* kPlanAsTenant =
    "SET plan_cache_mode = force_generic_plan; SET enable_bitmapscan = off";

// "(NULL, NULL)", one for each parameter of a statement: what EXECUTE is given where values do not
// matter. "" without parameters.
inline std::string null_parameters(std::string_view statement) {
    int most = 0;
    for (std::size_t at = 0; (at = statement.find('$', at)) != std::string_view::npos; ++at)
        most = std::max(most, std::atoi(statement.data() + at + 1));
    std::string out;
    for (int i = 0; i < most; ++i) out += i == 0 ? "(NULL" : ", NULL";
    return most == 0 ? out : out + ")";
}

}  // namespace stele::testing
