// What the graph learns from the mesh: which instance got what, for which job, and what came of it.
#pragma once

#include <vector>

#include "knowledge/graph/source.hpp"

namespace stele::mesh {

const graph::Source& delegation_edges();

// A line about each instance and delegation, for the graph's answers.
std::vector<graph::Kind> graph_kinds();

}  // namespace stele::mesh
