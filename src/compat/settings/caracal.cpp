// Caracal's service environment: docs/guides/from-caracal.md.
#include "compat/settings/settings.hpp"

namespace stele::compat {

runtime::ForeignNames caracal() {
    return {nullptr,
            "",
            {{"database.poolSize", {"DB_POOL_MAX"}},
             {"database.connectTimeoutMs", {"DB_CONNECTION_TIMEOUT_MS"}},
             {"database.statementTimeoutMs", {"DB_STATEMENT_TIMEOUT_MS"}},
             {"database.idleInTransactionTimeoutMs", {"DB_IDLE_IN_TX_TIMEOUT_MS"}},
             {"database.idleTimeoutMs", {"DB_IDLE_TIMEOUT_MS"}}}};
}

}  // namespace stele::compat
