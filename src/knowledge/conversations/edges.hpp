// What the graph learns from chat: a message is part of its job, a summary came from its messages,
// a fork from the thread it branched off.
#pragma once

#include <vector>

#include "knowledge/graph/source.hpp"

namespace stele::conversations {

const graph::Source& message_edges();
const graph::Source& summary_edges();
const graph::Source& thread_edges();

// A line about each message, summary and thread, for the graph's answers.
std::vector<graph::Kind> graph_kinds();

}  // namespace stele::conversations
