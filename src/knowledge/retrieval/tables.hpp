// The tables of knowledge/retrieval.
#pragma once

#include "runtime/table.hpp"

namespace stele::retrieval {

inline runtime::Tables tables() {
    return {
        {.name = "search_segments",
         .what = "`stele segments refold` makes them from the rows",
         .kept = false,
         .copied = false},
        {.name = "search_blocks",
         .what = "`stele segments refold` makes them from the rows",
         .kept = false,
         .copied = false},
        {.name = "segment_queue", .what = "searches fill it again", .kept = false, .copied = false},
        {.name = "vector_lists",
         .what = "`stele segments refold` makes them from the vectors",
         .kept = false,
         .copied = false},
        {.name = "vector_codes",
         .what = "`stele segments refold` makes them from the vectors",
         .kept = false,
         .copied = false},
    };
}

}  // namespace stele::retrieval
