// What the graph learns from annotations: each references the job it speaks of. The edge is a loose
// one: a verdict is said about a job, the job does not come from it; and a strict edge from the job
// to what is younger would go against the order of the graph (docs/adr/0009-graph.md). A job of
// another system is no node: its name stays in the annotation.
#pragma once

#include "knowledge/graph/source.hpp"

namespace stele::analytics {

const graph::Source& annotation_edges();

// A line about each annotation, for the graph's answers.
graph::Kind graph_kind();

}  // namespace stele::analytics
