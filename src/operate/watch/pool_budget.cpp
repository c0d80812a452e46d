#include <fmt/format.h>

#include <algorithm>

#include "foundation/pg/database.hpp"
#include "operate/watch/sql.hpp"
#include "operate/watch/watch.hpp"

namespace stele::watch {

namespace {

struct Limit {
    std::int64_t connections = 0;
    std::int64_t others = 0;  // what programs that are not Stele hold of it
    const char* name = "";

    std::int64_t left() const { return std::max<std::int64_t>(connections - others, 0); }
};

std::vector<std::string> remedies(const PoolOutput& out, const Limit& limit) {
    std::vector<std::string> all;
    if (const auto each = limit.left() / out.processes; each >= 1)
        all.push_back(fmt::format("set database.poolSize = {} (STELE_DATABASE_POOL_SIZE) for {} {}",
                                  each, out.processes,
                                  out.processes == 1 ? "process" : "processes"));
    const std::int64_t needed = out.wanted + limit.others;
    const std::string name = limit.name;
    if (name == "max_connections")
        all.push_back(
            fmt::format("as a superuser: ALTER SYSTEM SET max_connections = {}, then "
                        "restart the server",
                        needed + out.reserved));
    else
        all.push_back(fmt::format("as a superuser: ALTER {} … CONNECTION LIMIT {}",
                                  name.starts_with("role") ? "ROLE" : "DATABASE", needed));
    all.emplace_back("or put PgBouncer in transaction mode between Stele and the server");
    return all;
}

}  // namespace

PoolOutput pool_budget(pg::Database& db, const PoolInput& input, int pool_size, Deadline deadline) {
    PoolOutput out;
    const pg::Result server = db.untenanted(deadline, sql::pool_server);
    out.max_connections = server[0].get<std::int64_t>(0);
    out.reserved = server[0].get<std::int64_t>(1);
    Limit all{out.max_connections - out.reserved, 0, "max_connections"};
    Limit role{server[0].get<std::int64_t>(2), 0, "role limit"};
    Limit database{server[0].get<std::int64_t>(3), 0, "database limit"};
    std::int64_t ours = 0;
    for (const pg::Row row : db.untenanted(deadline, sql::pool_clients)) {
        Client client{row.get<std::string>(0), row.get<std::int64_t>(1)};
        if (client.application.starts_with("stele")) {
            ours += client.connections;
        } else {
            all.others += client.connections;
            role.others += row.get<std::int64_t>(2);
            database.others += row.get<std::int64_t>(3);
        }
        out.clients.push_back(std::move(client));
    }
    Limit tightest = all;
    for (const Limit& own : {role, database})
        if (own.connections >= 0 && own.left() < tightest.left()) tightest = own;

    out.pool_size = input.pool_size.value_or(pool_size);
    const std::int64_t running = (ours + out.pool_size - 1) / out.pool_size;
    out.processes = input.processes.value_or(int(std::max<std::int64_t>(running, 1)));
    out.wanted = std::int64_t(out.processes) * out.pool_size;
    out.others = tightest.others;
    out.available = tightest.left();
    out.limited_by = tightest.name;
    out.fits = out.wanted <= out.available;
    out.exit_code = out.fits ? 0 : 1;
    if (!out.fits) out.remedies = remedies(out, tightest);
    return out;
}

}  // namespace stele::watch
