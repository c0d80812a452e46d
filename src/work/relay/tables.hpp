// The tables of work/relay.
#pragma once

#include "runtime/table.hpp"

namespace stele::relay {

inline runtime::Tables tables() {
    return {
        {.name = "relay_sessions", .what = "conversations with agents"},
    };
}

}  // namespace stele::relay
