#include "foundation/pg/pooler.hpp"

#include <algorithm>
#include <set>

#include "foundation/pg/error.hpp"
#include "foundation/pg/sql.hpp"

namespace stele::pg {

namespace {

constexpr int kProbes = 4;
constexpr std::chrono::milliseconds kSecondConnection{2'000};

std::int32_t server_process(Connection& connection, Deadline deadline) {
    return connection.run(sql::backend_pid, Params(connection.types()), deadline)[0]
        .get<std::int32_t>(0);
}

}  // namespace

bool behind_transaction_pooler(Connection& connection, Deadline deadline) {
    if (server_process(connection, deadline) == connection.backend_pid()) return false;
    std::unique_ptr<Connection> other;
    try {
        other = Connection::open(connection.info(), {.prepared_statements = false},
                                 std::min(deadline, deadline_in(kSecondConnection)));
    } catch (const ServerError&) {
        return false;
    }
    std::set<std::int32_t> seen;
    for (int i = 0; i < kProbes; ++i) seen.insert(server_process(connection, deadline));
    for (int i = 0; i < kProbes; ++i)
        if (seen.size() > 1 || seen.contains(server_process(*other, deadline))) return true;
    return false;
}

}  // namespace stele::pg
