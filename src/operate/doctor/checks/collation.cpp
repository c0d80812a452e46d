#include <fmt/format.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

Finding examine_collation(DatabaseUnderTest& database) {
    const pg::Result rows = database.ask(sql::collations);
    if (rows.empty()) return pass("text is sorted as when the indexes were built");
    const std::string& name_of_it = database.facts().database;
    std::string which, mend = fmt::format("REINDEX DATABASE \"{}\";", name_of_it);
    for (const pg::Row row : rows) {
        const auto name = row.get<std::optional<std::string>>(0);
        which += fmt::format("{}{}: {} then, {} now", which.empty() ? "" : ", ",
                             name ? *name : "the database's own", row.get<std::string>(1),
                             row.get<std::string>(2));
        mend += name
                    ? fmt::format("\nALTER COLLATION {} REFRESH VERSION;", *name)
                    : fmt::format("\nALTER DATABASE \"{}\" REFRESH COLLATION VERSION;", name_of_it);
    }
    return warn(
        which, "the operating system's sort order changed, so indexes on text may miss rows", mend);
}

}  // namespace

const Check kCollation{"collation", "Indexes on text are in today's order", Needs::database,
                       examine_collation};

}  // namespace stele::doctor
