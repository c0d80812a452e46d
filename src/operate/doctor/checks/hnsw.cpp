#include <fmt/format.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

Finding examine_hnsw(DatabaseUnderTest& database) {
    const pg::Result rows = database.ask(sql::hnsw_indexes);
    if (rows.empty()) return pass("none is built: vectors are searched exactly, within the tenant");
    std::string all;
    for (const pg::Row row : rows) {
        const auto name = row.get<std::string>(0);
        if (!row.get<bool>(1))
            return fail(name + " is INVALID",
                        "building it was cut short: it costs writes and serves no search",
                        fmt::format("REINDEX INDEX CONCURRENTLY {};", name));
        if (row.get<std::int64_t>(2) == 0)
            return warn(name + " was never used",
                        "searches are exact within the tenant, so it only costs writes",
                        fmt::format("DROP INDEX CONCURRENTLY {};", name));
        all +=
            fmt::format("{}{} ({} scans)", all.empty() ? "" : ", ", name, row.get<std::int64_t>(2));
    }
    return pass(all);
}

}  // namespace

const Check kHnsw{"hnsw", "Vector indexes are whole and used", Needs::schema, examine_hnsw};

}  // namespace stele::doctor
