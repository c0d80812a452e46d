// The tables of work/mesh.
#pragma once

#include "runtime/table.hpp"

namespace stele::mesh {

inline runtime::Tables tables() {
    return {
        {.name = "mesh_instances", .what = "who there is, and what each is good at"},
        {.name = "mesh_heartbeats",
         .what = "when each was last heard of, and how what it did went"},
        {.name = "routing_explanations", .what = "why work went where it went"},
        {.name = "delegations", .what = "what other instances were given, and what became of it"},
        {.name = "delegation_events", .what = "each step of that"},
    };
}

}  // namespace stele::mesh
