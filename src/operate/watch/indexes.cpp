#include <fmt/format.h>

#include <algorithm>

#include "foundation/pg/database.hpp"
#include "operate/watch/sql.hpp"
#include "operate/watch/watch.hpp"

namespace stele::watch {

namespace {

IndexState read(const pg::Row& row) {
    IndexState out;
    out.index = row.get<std::string>(0);
    out.table = row.get<std::string>(1);
    out.method = row.get<std::string>(2);
    out.bytes = row.get<std::int64_t>(3);
    out.scans = row.get<std::int64_t>(4);
    out.valid = row.get<bool>(5);
    const bool ready = row.get<bool>(6), being_built = row.get<bool>(7),
               leftover = row.get<bool>(8);
    const auto twin = row.get<std::optional<std::string>>(9);
    if (being_built) return out;  // not valid yet, and nobody's fault
    if (!out.valid || !ready) {
        out.problem = leftover ? "left over from a REINDEX CONCURRENTLY that was cut short"
                      : ready  ? "INVALID: its CREATE INDEX CONCURRENTLY was cut short"
                               : "half-built: it is not even kept up to date";
        out.mend =
            fmt::format("{} INDEX CONCURRENTLY {}", leftover ? "DROP" : "REINDEX", out.index);
    } else if (twin) {
        out.problem = fmt::format("the same as {}: it costs writes and serves nothing", *twin);
        out.mend = "DROP INDEX CONCURRENTLY " + out.index;
    }
    return out;
}

}  // namespace

IndexesOutput indexes(pg::Database& db, const IndexesInput& input, Deadline deadline) {
    IndexesOutput out;
    for (const pg::Row row : db.untenanted(deadline, sql::indexes)) {
        IndexState index = read(row);
        if (!index.problem.empty()) out.exit_code = 1;
        if (!input.problems || !index.problem.empty()) out.indexes.push_back(std::move(index));
    }
    std::sort(out.indexes.begin(), out.indexes.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.problem.empty(), -a.bytes, a.index) <
               std::tuple(b.problem.empty(), -b.bytes, b.index);
    });
    return out;
}

}  // namespace stele::watch
