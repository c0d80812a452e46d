// Which tables and views a history of migrations leaves, as far as its files say so in plain sight.
#pragma once

#include <set>
#include <string>

#include "operate/migrations/migrations.hpp"

namespace stele::lint {

struct Inventory {
    std::set<std::string> expected;  // made and not dropped; without quotes, without "public."
    std::set<std::string> retired;   // made and dropped or renamed
};

// Reads CREATE, DROP and ALTER … RENAME TO of the up files in order. Temporary tables and what DO
// blocks may make are left out.
Inventory inventory_of(const ops::Migrations& migrations);

}  // namespace stele::lint
