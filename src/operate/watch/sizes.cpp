#include "foundation/pg/database.hpp"
#include "operate/watch/sql.hpp"
#include "operate/watch/watch.hpp"

namespace stele::watch {

SizesOutput sizes(pg::Database& db, const SizesInput& input, Deadline deadline) {
    SizesOutput out;
    for (const pg::Row row : db.untenanted(deadline, sql::sizes, std::int32_t(input.limit))) {
        out.database = row.get<std::string>(0);
        out.database_bytes = row.get<std::int64_t>(1);
        out.tables.push_back({row.get<std::string>(2), row.get<std::int64_t>(3),
                              row.get<std::int64_t>(4), row.get<std::int64_t>(5),
                              row.get<std::int64_t>(6), row.get<std::int64_t>(7),
                              row.get<std::int64_t>(8)});
    }
    return out;
}

}  // namespace stele::watch
