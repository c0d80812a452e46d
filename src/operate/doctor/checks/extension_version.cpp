#include <fmt/format.h>

#include "operate/cluster/extensions.hpp"
#include "operate/cluster/postgres_programs.hpp"
#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

Finding examine_extension_version(DatabaseUnderTest& database) {
    const pg::Result rows = database.ask(sql::vector_version);
    const auto installed = rows[0].get<std::optional<std::string>>(0);
    if (!installed) return skipped("vector is not installed: see extensions");
    const auto offered = rows[0].get<std::optional<std::string>>(1).value_or(*installed);
    const bool has_hnsw = rows[0].get<bool>(2);
    const char* wanted = has_hnsw ? ops::kOldestHnsw : ops::kOldestVector;
    const std::string evidence = "vector " + *installed;
    if (!ops::version_before(*installed, wanted)) return pass(evidence);
    std::string mend = std::string(ops::kUpdateVector) + ";";
    if (ops::version_before(offered, wanted))
        mend =
            fmt::format(
                "apt-get install postgresql-{}-pgvector  # on the server: its files are {}\n",
                database.facts().version.substr(0, database.facts().version.find('.')), offered) +
            mend;
    if (ops::version_before(*installed, ops::kOldestVector))
        return fail(evidence, "searches rely on what pgvector 0.8 brought (iterative scans)", mend);
    return fail(
        evidence + ", and there are HNSW indexes",
        "before 0.8.6, inserts beside each other can corrupt an HNSW index",
        mend + "\n" +
            fmt::format("REINDEX DATABASE CONCURRENTLY \"{}\";", database.facts().database));
}

}  // namespace

const Check kExtensionVersion{"extension-version", "pgvector is new enough", Needs::database,
                              examine_extension_version};

}  // namespace stele::doctor
