#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

Finding examine_privileges(DatabaseUnderTest& database) {
    const pg::Result rows = database.ask(sql::privileges);
    const auto role = rows[0].get<std::string>(0);
    const auto missing = rows[0].get<std::vector<std::string>>(1);
    if (missing.empty()) return pass(fmt::format("{} may do what Stele's operations do", role));
    std::string mend;
    // A login that is no stele_runtime lacks everything at once; one GRANT gives it.
    const bool member = rows[0].get<bool>(2);
    if (database.facts().runtime_role && !member && missing.size() > 3)
        mend = fmt::format("GRANT stele_runtime TO \"{}\";", role);
    else
        for (const std::string& grant : missing)
            mend += fmt::format("{}GRANT {} TO \"{}\";", mend.empty() ? "" : "\n", grant,
                                member ? "stele_runtime" : role);
    return fail(fmt::format("{} lacks: {}", role, fmt::join(missing, "; ")),
                "the role that Stele works as may not do what its operations do", mend);
}

}  // namespace

const Check kPrivileges{"privileges", "The role may do what Stele does", Needs::schema,
                        examine_privileges};

}  // namespace stele::doctor
