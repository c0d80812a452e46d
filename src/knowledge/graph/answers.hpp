// The operations of the graph as functions. Each throws Error(not_found) for a node that nobody
// knows.
#pragma once

#include "knowledge/graph/requests.hpp"
#include "knowledge/graph/source.hpp"

namespace stele::graph {

TraceOutput trace(runtime::Context& context, const Domains& domains, const TraceInput& input);
TraceOutput path(runtime::Context& context, const Domains& domains, const PathInput& input);
RelatedOutput related(runtime::Context& context, const Domains& domains, const RelatedInput& input);
ExplainOutput explain(runtime::Context& context, const Domains& domains, const ExplainInput& input);

// Throws Error(conflict), naming the path, when a strict link would close a cycle.
LinkOutput link(runtime::Context& context, const Domains& domains, const LinkInput& input);
UnlinkOutput unlink(runtime::Context& context, const Domains& domains, const UnlinkInput& input);

// Brings what rows vouch for in line with the rows, a page a transaction; it goes on where one was
// stopped. What was linked by hand stays.
RebuildOutput rebuild(runtime::Context& context, const Domains& domains, const RebuildInput& input);
CheckOutput check(runtime::Context& context, const Domains& domains);

// Pictures of a trace.
std::string draw_tree(const TraceOutput& trace);
std::string draw_dot(const TraceOutput& trace);
std::string draw_mermaid(const TraceOutput& trace);

}  // namespace stele::graph
