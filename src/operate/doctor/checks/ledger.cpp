#include <fmt/format.h>

#include <algorithm>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"
#include "operate/migrations/migrations.hpp"

namespace stele::doctor {

namespace {

Finding of_another_tool() {
    return fail("schema_migrations has not the columns of Stele's ledger",
                "another tool keeps its own ledger under that name",
                "ALTER TABLE schema_migrations RENAME TO schema_migrations_of_another_tool;\n"
                "stele db migrate --into-existing  # or give Stele a database of its own");
}

// What the row must say, when this program knows the file; the person decides that nothing differs.
std::string set_checksum(int version) {
    const ops::Migrations& known = ops::embedded_migrations();
    if (version < 1 || version > int(known.size()))
        return "use the program that applied " + ops::version_text(version);
    return fmt::format("UPDATE schema_migrations SET checksum = '{}' WHERE version = {};",
                       known[std::size_t(version - 1)].checksum, version);
}

Finding examine_ledger(DatabaseUnderTest& database) {
    const pg::Result columns = database.ask(sql::ledger_columns);
    if (!columns[0].get<bool>(0)) return skipped("there is no ledger yet: see migrations");
    if (!columns[0].get<bool>(1)) return of_another_tool();
    if (!columns[0].get<bool>(2)) {
        std::string mend = "ALTER TABLE schema_migrations ADD COLUMN checksum text;";
        for (const ops::Migration& migration : ops::embedded_migrations())
            mend += "\n" + set_checksum(migration.version);
        return fail("schema_migrations has no column checksum",
                    "without checksums nobody can tell whether a migration was changed", mend);
    }
    const pg::Result rows = database.ask(sql::ledger_unsigned);
    if (rows.empty()) return pass("every row has its checksum");
    std::string which, mend;
    for (const pg::Row row : rows) {
        const int version = row.get<std::int32_t>(0);
        which += (which.empty() ? "" : ", ") + ops::version_text(version);
        mend += (mend.empty() ? "" : "\n") + set_checksum(version);
    }
    return fail("no checksum: " + which,
                "without checksums nobody can tell whether a migration was changed", mend);
}

}  // namespace

const Check kLedger{"ledger", "The ledger of migrations has its checksums", Needs::database,
                    examine_ledger};

}  // namespace stele::doctor
