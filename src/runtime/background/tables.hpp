// The tables of runtime/background.
#pragma once

#include "runtime/table.hpp"

namespace stele::background {

inline runtime::Tables tables() {
    return {
        {.name = "due_work",
         .what = "what makes work announces it again",
         .kept = false,
         .copied = false},
        {.name = "dead_letters",
         .what = "`stele memory reembed` tries the items again",
         .kept = false,
         .copied = false},
    };
}

}  // namespace stele::background
