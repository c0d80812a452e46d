// How close the results of a search are to each other in the graph: one of the signals they are
// ranked by.
#pragma once

#include <vector>

#include "foundation/base/uuid.hpp"
#include "foundation/pg/database.hpp"

namespace stele::graph {

// As a statement of a search's own pipeline.
void ask_closeness(pg::Pipeline& pipeline, const pg::Tenant& tenant, const std::vector<Uuid>& ids);

// For each of these ids, in the same order: 1 when an edge joins it to another of them, one half
// when both are joined to the same thing, else 0.
std::vector<float> closeness(const pg::Result& answer, const std::vector<Uuid>& ids);

}  // namespace stele::graph
