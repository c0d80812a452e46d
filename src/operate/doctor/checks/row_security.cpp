#include <fmt/format.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

Finding without_force(const pg::Result& tables) {
    std::string which, mend;
    for (const pg::Row row : tables) {
        const auto table = row.get<std::string>(0);
        which += (which.empty() ? "" : ", ") + table;
        if (!mend.empty()) mend += "\n";
        mend += fmt::format(
            "ALTER TABLE {0} ENABLE ROW LEVEL SECURITY; ALTER TABLE {0} FORCE ROW LEVEL SECURITY;",
            table);
        if (!row.get<bool>(1))
            mend += fmt::format(
                " CREATE POLICY tenant ON {} USING (CASE WHEN org_id = (SELECT stele_org()) THEN "
                "project_id = (SELECT stele_project()) ELSE false END);",
                table);
    }
    return fail("not forced, or without its policy: " + which,
                "row-level security is what keeps tenants apart; there it does not bind everybody",
                mend);
}

// A statement that names the tables in which a row can be seen.
std::string rows_seen(const pg::Result& tables) {
    std::string out = "SELECT name FROM (SELECT NULL AS name WHERE false";
    for (const pg::Row row : tables) {
        const auto table = row.get<std::string>(0);
        out += fmt::format(" UNION ALL SELECT '{0}' WHERE EXISTS (SELECT FROM {0})", table);
    }
    return out + ") seen";
}

Finding examine_row_security(DatabaseUnderTest& database) {
    if (const pg::Result tables = database.ask(sql::unforced_tables); !tables.empty())
        return without_force(tables);
    const std::string text = rows_seen(database.ask(sql::tenant_tables));
    const pg::Statement rows_of_nobody{"doctor.rows_of_nobody", text.c_str()};
    const pg::Call call{.tenant = {}, .deadline = database.deadline()};
    const auto answers = database.context().db.pipeline(call, [&](pg::Pipeline& p) {
        p.add(sql::no_tenant);
        p.add(rows_of_nobody);
    });
    std::string which, mend;
    for (const pg::Row row : answers[1])
        which += (which.empty() ? "" : ", ") + row.get<std::string>(0);
    if (which.empty()) return pass("forced on every tenant table; without a tenant no row is seen");
    for (const pg::Row row : database.ask(sql::foreign_policies))
        mend += fmt::format("{}DROP POLICY {} ON {};", mend.empty() ? "" : "\n",
                            row.get<std::string>(0), row.get<std::string>(1));
    if (mend.empty())
        mend = "stele doctor --only role-powers  # the role passes row-level security by";
    return fail(
        "without a tenant rows are seen in: " + which,
        "a policy that is not Stele's, or a role that no policy binds, opens them to everybody",
        mend);
}

}  // namespace

const Check kRowSecurity{"row-security", "Tenants are kept apart", Needs::schema,
                         examine_row_security};

}  // namespace stele::doctor
