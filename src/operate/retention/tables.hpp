// The tables of operate/retention.
#pragma once

#include "runtime/table.hpp"

namespace stele::retention {

inline runtime::Tables tables() {
    return {
        {.name = "retention_log", .what = "the proof of what retention deleted"},
    };
}

}  // namespace stele::retention
