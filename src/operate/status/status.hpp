// Is the database well? The seven lines of `stele db status`.
#pragma once

#include "foundation/pg/database.hpp"
#include "operate/cluster/types.hpp"

namespace stele::ops {

// Never throws for what it reports on. A few round trips on one connection.
StatusOutput database_status(pg::Database& db, const StatusInput& input, Deadline deadline);

// The lines as they are printed, and the block below them.
std::string render_status(const json::value& output);

}  // namespace stele::ops
