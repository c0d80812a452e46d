#include "foundation/pg/database.hpp"
#include "operate/watch/sql.hpp"
#include "operate/watch/sql_text.hpp"
#include "operate/watch/watch.hpp"

namespace stele::watch {

ActivityOutput activity(pg::Database& db, const ActivityInput& input, Deadline deadline) {
    ActivityOutput out;
    bool hidden = false;
    for (const pg::Row row : db.untenanted(deadline, sql::activity, input.all,
                                           double(input.min_seconds), std::int32_t(input.limit))) {
        Session s;
        s.pid = row.get<std::int32_t>(0);
        s.database = row.get<std::string>(1);
        s.role = row.get<std::string>(2);
        s.application = row.get<std::string>(3);
        s.client = row.get<std::string>(4);
        s.state = row.get<std::string>(5);
        s.waits_for = row.get<std::string>(6);
        s.statement_seconds = row.get<std::optional<double>>(7).value_or(0);
        s.transaction_seconds = row.get<std::optional<double>>(8).value_or(0);
        if (auto pids = row.get<std::optional<std::vector<std::int64_t>>>(9)) s.blocked_by = *pids;
        s.query = shown_sql(row.get<std::string>(10));
        hidden |= s.state == "hidden";
        out.sessions.push_back(std::move(s));
    }
    if (hidden)
        out.note =
            "this role does not see what other roles' sessions do; as a superuser: GRANT "
            "pg_read_all_stats TO " +
            db.pool().info().get("user");
    return out;
}

}  // namespace stele::watch
