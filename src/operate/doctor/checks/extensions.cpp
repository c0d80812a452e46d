#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

Finding examine_extensions(DatabaseUnderTest& database) {
    const pg::Result rows = database.ask(sql::extensions_missing);
    const auto missing = rows[0].get<std::vector<std::string>>(0);
    if (missing.empty()) return pass("vector, pg_trgm and pgcrypto are installed");
    const auto absent = rows[0].get<std::vector<std::string>>(1);
    std::string mend;
    if (!absent.empty())
        mend = fmt::format(
            "apt-get install postgresql-contrib postgresql-{}-pgvector  # on the server: it has no "
            "files of {}\n",
            database.facts().version.substr(0, database.facts().version.find('.')),
            fmt::join(absent, ", "));
    for (const std::string& name : missing) mend += fmt::format("CREATE EXTENSION {};\n", name);
    mend.pop_back();
    return fail(fmt::format("missing: {}", fmt::join(missing, ", ")),
                "the database lacks extensions that Stele's tables and searches use", mend);
}

}  // namespace

const Check kExtensions{"extensions", "The extensions are installed", Needs::database,
                        examine_extensions};

}  // namespace stele::doctor
