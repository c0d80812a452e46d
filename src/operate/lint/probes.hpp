// What a migrated database must do, asked of its catalog: later migrations are covered by
// themselves.
#pragma once

#include <vector>

#include "foundation/pg/connection.hpp"
#include "operate/lint/inventory.hpp"
#include "operate/lint/types.hpp"

namespace stele::lint {

// Runs every probe on a scratch database, which is left as it was. In order: tables, roles,
// tenant-forced, tenant-rows, tenant-closed, tenant-insert, tenant-apart, append-only, read-only,
// grants, tenant-key, partitions, distribution.
std::vector<CheckOutput> probe(pg::Connection& connection, const Inventory& inventory);

}  // namespace stele::lint
