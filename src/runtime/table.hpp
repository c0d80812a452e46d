// A table as the module that owns it describes it (app/modules.hpp).
#pragma once

#include <string_view>
#include <vector>

namespace stele::runtime {

struct Table {
    std::string_view name;
    std::string_view what;  // what its rows are; of a table that is not kept, what makes them again
    bool kept = true;       // only a backup brings its rows back
    bool copied = true;     // a tenant's export and copy take its rows along
    bool seeded = false;    // a fresh schema fills it: rows in it are nobody's data
};
using Tables = std::vector<Table>;

}  // namespace stele::runtime
