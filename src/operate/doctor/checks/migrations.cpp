#include <fmt/format.h>

#include <array>

#include "foundation/pg/error.hpp"
#include "operate/doctor/checks.hpp"
#include "operate/migrations/ledger.hpp"
#include "operate/migrations/migrations.hpp"
#include "operate/migrations/sql.hpp"

namespace stele::doctor {

namespace {

struct MigrationRemedy {
    std::string_view drift;
    Finding (*finding)(const ops::Drift&, const DatabaseUnderTest&);
};

const char* const kCompare = "stele db migrate --plan  # shows what this program would run";

constexpr std::array kMigrationRemedies{
    MigrationRemedy{"newer",
                    [](const ops::Drift& drift, const DatabaseUnderTest&) {
                        return fail(
                            drift.message, "a newer Stele has migrated this database",
                            "install the Stele that made it, or a newer one; `stele --version` "
                            "tells this one's");
                    }},
    MigrationRemedy{"gap",
                    [](const ops::Drift& drift, const DatabaseUnderTest&) {
                        return fail(drift.message,
                                    "the schema is partially applied: a row of the ledger is gone",
                                    kCompare + ("\n" + drift.remedy));
                    }},
    MigrationRemedy{"changed",
                    [](const ops::Drift& drift, const DatabaseUnderTest&) {
                        return fail(drift.message,
                                    "a migration was changed after it had been applied",
                                    kCompare + ("\n" + drift.remedy));
                    }},
    MigrationRemedy{"out_of_order",
                    [](const ops::Drift& drift, const DatabaseUnderTest&) {
                        return fail(
                            drift.message,
                            "migrations were applied in another order than they are tested in",
                            kCompare + ("\n" + drift.remedy));
                    }},
};

// For a schema that is whole: what the runner would have written. The person looks first.
std::string adopt(const ops::Migrations& known) {
    std::string out =
        "pg_dump --schema-only  # compare it with a fresh database's; when nothing differs:";
    for (const ops::Migration& m : known)
        out += fmt::format(
            "\nINSERT INTO schema_migrations VALUES ({}, '{}', '{}', '{}', "
            "now(), 0, session_user);",
            m.version, m.name, m.checksum, m.contract ? "contract" : "expand");
    return out;
}

Finding judge(const std::vector<ops::LedgerRow>& rows, const DatabaseUnderTest& database) {
    const ops::Migrations& known = ops::embedded_migrations();
    if (const auto drift = ops::find_drift(rows, known))
        for (const MigrationRemedy& remedy : kMigrationRemedies)
            if (remedy.drift == drift->kind) return remedy.finding(*drift, database);
    const int version = rows.empty() ? 0 : rows.back().version;
    if (version == 0 && database.facts().schema)
        return fail("tables of Stele's are there and the ledger is empty",
                    "the schema is partially applied, or somebody emptied the ledger",
                    adopt(known));
    if (version == 0)
        return fail("no migration was applied", "the database has no schema of Stele's yet",
                    "stele db migrate");
    if (version < int(known.size()))
        return fail(fmt::format("at {}, {} pending", ops::version_text(version),
                                int(known.size()) - version),
                    "the schema is older than this program", "stele db migrate");
    if (!database.facts().schema)
        return fail("the ledger is complete and tables are missing",
                    "somebody dropped tables, or search_path in the URL leads elsewhere",
                    "stele db status --verbose  # then restore from a backup");
    return pass(fmt::format("at {}, as this program", ops::version_text(version)));
}

Finding examine_migrations(DatabaseUnderTest& database) {
    try {
        if (!database.ask(ops::sql::ledger_exists)[0].get<bool>(0)) return judge({}, database);
        return judge(ops::ledger_rows(database.ask(ops::sql::ledger_rows)), database);
    } catch (const pg::ServerError& error) {
        if (error.sqlstate() != "42703") throw;
        return skipped("the ledger is not one of Stele's: see ledger");
    }
}

}  // namespace

const Check kMigrations{"migrations", "The schema is this program's", Needs::database,
                        examine_migrations};

}  // namespace stele::doctor
