#include <fmt/format.h>

#include "foundation/pg/database.hpp"
#include "operate/watch/sql.hpp"
#include "operate/watch/sql_text.hpp"
#include "operate/watch/watch.hpp"

namespace stele::watch {

namespace {

// Both need a superuser; the first replaces the whole list, so what stands there must stay.
std::string preload(const std::optional<std::string>& others) {
    const std::string list = others && !others->empty() ? *others + ", " : "";
    const char* const hidden =
        others ? "" : "  -- this role may not see what else is in that list: keep it";
    return fmt::format(
        "ALTER SYSTEM SET shared_preload_libraries = {}pg_stat_statements;{}\n"
        "stele db restart  # or the server's own way, when it is not the local one\n",
        list, hidden);
}

// What is missing, in the order in which it is done.
std::string missing(const pg::Row& state) {
    const bool loaded = state.get<bool>(1);
    const auto schema = state.get<std::optional<std::string>>(2);
    std::string out;
    if (!loaded) out += preload(state.get<std::optional<std::string>>(0));
    if (!schema)
        out += "CREATE EXTENSION pg_stat_statements;\n";
    else if (loaded)
        out +=
            fmt::format("it is in the schema {}: put that on this role's search_path\n", *schema);
    return out;
}

}  // namespace

SlowOutput slow(pg::Database& db, const SlowInput& input, Deadline deadline) {
    SlowOutput out;
    const pg::Result state = db.untenanted(deadline, sql::slow_state);
    out.loaded = state[0].get<bool>(1) && state[0].get<bool>(3);
    if (!out.loaded) {
        out.how_to_load = missing(state[0]);
        return out;
    }
    for (const pg::Row row : db.untenanted(deadline, sql::slow, std::int32_t(input.limit)))
        out.statements.push_back({row.get<std::int64_t>(0), row.get<double>(1), row.get<double>(2),
                                  row.get<double>(3), row.get<std::int64_t>(4), row.get<double>(5),
                                  shown_sql(row.get<std::string>(6))});
    return out;
}

}  // namespace stele::watch
