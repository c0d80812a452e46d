// What a migrated database must do, asked of its catalog: later migrations are covered by
// themselves.
#pragma once

#include <vector>

#include "ops/lint/inventory.hpp"
#include "ops/lint/types.hpp"
#include "pg/connection.hpp"

namespace stele::lint {

// Runs every probe on a scratch database, which is left as it was. In order: tables, roles,
// tenant-forced, tenant-rows, tenant-closed, tenant-insert, tenant-apart, append-only, read-only,
// grants, tenant-key, partitions, distribution.
std::vector<CheckOutput> probe(pg::Connection& connection, const Inventory& inventory);

}  // namespace stele::lint
