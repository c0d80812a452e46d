#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

// Of stele_runtime itself: whatever it is too much, every tenant transaction is.
std::optional<Finding> runtime_role(DatabaseUnderTest& database) {
    const pg::Result rows = database.ask(sql::runtime_powers);
    if (rows.empty()) return std::nullopt;
    std::vector<std::string> powers;
    std::string mend;
    const auto power = [&](bool has, const char* name) {
        if (!has) return;
        powers.emplace_back(name);
        mend += fmt::format("{}ALTER ROLE stele_runtime NO{};", mend.empty() ? "" : "\n", name);
    };
    power(rows[0].get<bool>(0), "SUPERUSER");
    power(rows[0].get<bool>(1), "BYPASSRLS");
    power(rows[0].get<bool>(2), "CREATEROLE");
    power(rows[0].get<bool>(3), "CREATEDB");
    for (const std::string& table : rows[0].get<std::vector<std::string>>(4)) {
        powers.push_back("owns " + table);
        mend += fmt::format("{}ALTER TABLE {} OWNER TO \"{}\";", mend.empty() ? "" : "\n", table,
                            rows[0].get<std::string>(5));
    }
    if (powers.empty()) return std::nullopt;
    return fail(fmt::format("stele_runtime: {}", fmt::join(powers, ", ")),
                "the runtime role must not pass row-level security by or change the schema", mend);
}

Finding examine_role_powers(DatabaseUnderTest& database) {
    if (auto finding = runtime_role(database)) return *finding;
    const Facts& facts = database.facts();
    if (!facts.login_powerful)
        return pass(fmt::format("{} neither owns Stele's tables nor passes row-level security by",
                                facts.login));
    const std::string evidence =
        fmt::format("{} is a superuser, has BYPASSRLS, or owns Stele's tables", facts.login);
    const std::string mend =
        "CREATE ROLE stele_app LOGIN IN ROLE stele_runtime;\n"
        "psql -c '\\password stele_app'\n"
        "export STELE_DATABASE_URL=…  # with stele_app; the owner's URL goes into "
        "STELE_DATABASE_ADMIN_URL";
    if (facts.runtime_member)
        return warn(
            evidence,
            "Stele steps down to stele_runtime in every tenant transaction, but whoever steals "
            "this login has everything",
            mend);
    return fail(
        evidence, "no stele_runtime is there to step down to, so nothing keeps tenants apart",
        "CREATE ROLE stele_runtime NOLOGIN;\nstele doctor --only privileges  # names its grants\n" +
            mend);
}

}  // namespace

const Check kRolePowers{"role-powers", "The role has no more power than it needs", Needs::schema,
                        examine_role_powers};

}  // namespace stele::doctor
