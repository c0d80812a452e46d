// The tables of operate/archive.
#pragma once

#include "runtime/table.hpp"

namespace stele::archive {

inline runtime::Tables tables() {
    return {
        {.name = "stele_backups", .what = "the record of backups", .seeded = true},
    };
}

}  // namespace stele::archive
