// The tables of work/analytics.
#pragma once

#include "runtime/table.hpp"

namespace stele::analytics {

inline runtime::Tables tables() {
    return {
        {.name = "annotations", .what = "what jobs' work was worth"},
    };
}

}  // namespace stele::analytics
