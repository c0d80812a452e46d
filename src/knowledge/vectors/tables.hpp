// The tables of knowledge/vectors.
#pragma once

#include "runtime/table.hpp"

namespace stele::vectors {

inline runtime::Tables tables() {
    return {
        {.name = "embedding_models",
         .what = "`stele memory reembed` registers the model again",
         .kept = false,
         .seeded = true},
    };
}

}  // namespace stele::vectors
