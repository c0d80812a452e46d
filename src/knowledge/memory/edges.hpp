// What the graph learns from memories: where each came from, and what superseded it.
#pragma once

#include <string>
#include <vector>

#include "knowledge/graph/source.hpp"
#include "knowledge/memory/insert.hpp"
#include "runtime/context.hpp"

namespace stele::memory {

// derived_from its message, job and commit; found_in its file and address; supersedes.
const graph::Source& edge_source();

// False for most: then storing it need not touch the graph.
bool asks_for_edges(const NewMemory& memory);

// The edges of memories that are stored already.
void write_edges(runtime::Context& context, const std::vector<Uuid>& ids);

// For the graph's answers: a line about each memory, and the best few for a question.
graph::Kind graph_kind();
std::vector<Uuid> best_for(runtime::Context& context, const std::string& question);

}  // namespace stele::memory
