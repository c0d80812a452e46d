#include <fmt/format.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

constexpr double kNearlyFull = 0.9;
const char* const kMend =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle' AND state_change "
    "< now() - "
    "interval '10 minutes';  -- as a superuser, now\n"
    "stele db pool  # then: what to lower or to raise";

Finding examine_server_connections(DatabaseUnderTest& database) {
    if (database.problem()) {
        if (database.problem()->kind != "full")
            return skipped("the database cannot be asked: see connect");
        return fail(
            database.problem()->message,
            "max_connections of the server, or the limit of this role or database, is reached",
            kMend);
    }
    const pg::Result rows = database.ask(sql::connections);
    const auto used = rows[0].get<std::int64_t>(0), most = rows[0].get<std::int64_t>(1);
    const std::string evidence = fmt::format("{} of {} connections are taken", used, most);
    if (double(used) >= kNearlyFull * double(most))
        return warn(evidence, "the server will soon refuse connections", kMend);
    return pass(evidence);
}

}  // namespace

const Check kServerConnections{"server-connections", "The server admits connections",
                               Needs::nothing, examine_server_connections};

}  // namespace stele::doctor
