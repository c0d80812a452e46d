// How a transaction gets its tenant.
#pragma once

#include "foundation/pg/connection.hpp"

namespace stele::pg {

// The pair that row-level security lets through.
struct Tenant {
    Uuid org;
    Uuid project;
};

// How the transactions of a session are opened; sql/session_info.sql tells.
struct Opening {
    bool as_runtime =
        false;  // the login could pass row-level security by: it becomes stele_runtime
    // Citus hands SET LOCAL on to the shards, and nothing that set_config() sets. It costs two
    // statements more, and a BEGIN and COMMIT around a single one.
    bool by_set_local = false;
    // Of the settings (pg::PoolOptions); 0: the deadline alone bounds a statement, nothing an idle
    // transaction.
    std::chrono::milliseconds statement_timeout{0}, idle_in_transaction_timeout{0};
};

// Queues what makes this transaction the tenant's, for the round trip of its first statement; gives
// how many answers that will have. With by_set_local the transaction must have begun with BEGIN.
int queue_tenant(Connection& connection, const Opening& opening, const Tenant& tenant,
                 Deadline deadline);

}  // namespace stele::pg
