// The tables of operate/migrations.
#pragma once

#include "runtime/table.hpp"

namespace stele::ops {

inline runtime::Tables tables() {
    return {
        {.name = "schema_migrations", .what = "the ledger of the schema", .seeded = true},
        {.name = "partitioned_tables",
         .what = "which tables are partitioned, and how",
         .seeded = true},
    };
}

}  // namespace stele::ops
