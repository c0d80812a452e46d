#pragma once

#include "knowledge/graph/source.hpp"
#include "runtime/operation.hpp"

namespace stele::graph {

// `domains`: whose rows make the edges, and who can name the nodes.
void register_operations(runtime::Registry& registry, Domains domains);

}  // namespace stele::graph
