// The tables of knowledge/memory.
#pragma once

#include "runtime/table.hpp"

namespace stele::memory {

inline runtime::Tables tables() {
    return {
        {.name = "memories", .what = "what agents remember"},
        {.name = "memory_versions", .what = "earlier states of memories"},
        {.name = "memory_receipts", .what = "the proof of what was forgotten"},
        {.name = "memory_vectors",
         .what = "`stele memory reembed` makes them from the texts",
         .kept = false},
        {.name = "embedding_queue", .what = "`stele memory reembed` fills it again", .kept = false},
    };
}

}  // namespace stele::memory
