// The settings of the products whose users Stele takes over, under their own names.
#pragma once

#include <vector>

#include "runtime/config.hpp"

namespace stele::compat {

runtime::ForeignNames randal();    // memory.store, database.profile, ssl, pool.*, …; RANDAL_*
runtime::ForeignNames vestige();   // storage.postgres.*, embeddings.*, defaults.*
runtime::ForeignNames dataland();  // APP_ENV
runtime::ForeignNames caracal();   // DB_POOL_MAX, DB_*_TIMEOUT_MS

inline std::vector<runtime::ForeignNames> all_foreign_names() {
    return {randal(), vestige(), dataland(), caracal()};
}

}  // namespace stele::compat
