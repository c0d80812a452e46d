// One tenant into a file.
#pragma once

#include <filesystem>

#include "foundation/pg/database.hpp"
#include "operate/tenant/types.hpp"
#include "runtime/context.hpp"

namespace stele::tenant {

// Reads one snapshot under the tenant's row-level security. Throws what tenant_tables() throws, and
// Error(conflict) when there is such a file. A tenant without rows gives a file without rows.
ExportOutput export_tenant(runtime::Context& context, const pg::Tenant& tenant,
                           const std::filesystem::path& file);

// The pair that the input names, or the caller's own.
pg::Tenant tenant_of(const runtime::Context& context, const std::optional<std::string>& org,
                     const std::optional<std::string>& project);

}  // namespace stele::tenant
