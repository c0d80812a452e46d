// db backup, db backups: dumps in a folder with rotation, recorded in the database.
#pragma once

#include <filesystem>
#include <vector>

#include "foundation/pg/conninfo.hpp"
#include "operate/archive/types.hpp"
#include "runtime/context.hpp"
#include "runtime/table.hpp"

namespace stele::archive {

BackupOutput backup(runtime::Context& context, const BackupInput& input, const pg::ConnInfo& from);
// `tables`: those of all modules, of which the answer says whether only a backup brings them back.
BackupsOutput backups(runtime::Context& context, const BackupsInput& input,
                      const runtime::Tables& tables);

// `chosen`, else backups/ in Stele's home; made 0700 when it is not there.
std::filesystem::path backups_dir(const runtime::Context& context, const std::string& chosen);

// After verify-dump found it whole: in the marker beside the dump, and in the database's record of
// backups when it can be reached and knows the dump.
void mark_verified(runtime::Context& context, const VerifyOutput& verified,
                   const pg::ConnInfo& target);

}  // namespace stele::archive
