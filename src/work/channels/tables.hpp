// The tables of work/channels.
#pragma once

#include "runtime/table.hpp"

namespace stele::channels {

inline runtime::Tables tables() {
    return {
        {.name = "channels", .what = "the ways to people"},
    };
}

}  // namespace stele::channels
