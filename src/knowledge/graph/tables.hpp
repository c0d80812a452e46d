// The tables of knowledge/graph.
#pragma once

#include "runtime/table.hpp"

namespace stele::graph {

inline runtime::Tables tables() {
    return {
        {.name = "graph_edges", .what = "what is connected with what, by hand or not"},
        {.name = "graph_nodes", .what = "names of what the graph knows by name alone"},
        {.name = "graph_ranks", .what = "the order that keeps strict edges free of cycles"},
        {.name = "graph_rebuild_state", .what = "`stele graph rebuild` begins anew", .kept = false},
    };
}

}  // namespace stele::graph
