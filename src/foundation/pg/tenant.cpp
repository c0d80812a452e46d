#include "foundation/pg/tenant.hpp"

#include <algorithm>

#include "foundation/pg/sql.hpp"

namespace stele::pg {

int queue_tenant(Connection& connection, const Opening& opening, const Tenant& tenant,
                 Deadline deadline) {
    // The server gives up first, so that its error arrives; the client waits a grace longer.
    auto limit = std::max(time_left(deadline), std::chrono::milliseconds(1));
    if (opening.statement_timeout.count() > 0) limit = std::min(limit, opening.statement_timeout);
    const std::string left = std::to_string(limit.count());
    int more = 0;
    if (opening.idle_in_transaction_timeout.count() > 0) {
        connection.queue(sql::limit_idle,
                         Params(connection.types(),
                                std::to_string(opening.idle_in_transaction_timeout.count())));
        more = 1;
    }
    if (!opening.by_set_local) {
        connection.queue(
            opening.as_runtime ? sql::open_tenant_as_runtime : sql::open_tenant,
            Params(connection.types(), tenant.org.text(), tenant.project.text(), left));
        return 1 + more;
    }
    connection.queue(opening.as_runtime ? sql::open_block_as_runtime : sql::open_block,
                     Params(connection.types(), left));
    connection.queue_set_local("stele.org_id", tenant.org);
    connection.queue_set_local("stele.project_id", tenant.project);
    return 3 + more;
}

}  // namespace stele::pg
