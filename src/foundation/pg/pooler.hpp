// Whether a pooler that shares server connections stands between here and PostgreSQL.
#pragma once

#include "foundation/pg/connection.hpp"

namespace stele::pg {

// True behind a pooler in transaction mode, where a session's locks and its LISTEN belong to
// nobody: two clients are served by the same process in turn. Opens a second connection when the
// server's process is not the one that the connection was told; a pooler that has none to give
// pools sessions. Throws ServerError when `connection` is lost.
bool behind_transaction_pooler(Connection& connection, Deadline deadline);

}  // namespace stele::pg
