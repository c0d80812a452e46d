// A scoped file into a database.
#pragma once

#include "foundation/pg/database.hpp"
#include "operate/tenant/file_reader.hpp"
#include "operate/tenant/types.hpp"
#include "runtime/context.hpp"

namespace stele::tenant {

struct ImportOptions {
    pg::Tenant tenant;  // whose the rows become
    bool dry_run = false;
    bool resume = false;
    std::int64_t batch_rows = 20'000;
};

// The file is read to its end and found right before the first write. Without `resume` all rows
// come in one transaction; conflicts leave the database as it was and are in the answer. Throws
//   Error(refused)   the file is damaged, the schemas differ, or what tenant_tables() refuses
//   Error(conflict)  another import into this tenant runs; or, with `resume`, a conflict came up
//                    after batches had been committed
ImportOutput import_file(const runtime::Context& context, pg::Database& db, FileReader& file,
                         const ImportOptions& options);

// The file's tenant after --map-org and --map-project: each is A=B with two UUIDs. Throws
// Error(invalid_argument) for one that names another org or project than the file's.
pg::Tenant mapped_tenant(const Header& header, const std::vector<std::string>& map_org,
                         const std::vector<std::string>& map_project);

}  // namespace stele::tenant
