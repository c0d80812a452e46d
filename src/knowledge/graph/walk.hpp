// Walking the graph: breadth first, one statement a level, bounded in depth, nodes and time.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "knowledge/graph/requests.hpp"
#include "knowledge/graph/store.hpp"

namespace stele::graph {

// The edge types that a request means and which way each is followed.
// Throws Error(invalid_argument) for a type that is none.
Follow follow_of(const WalkInput& input, Direction direction);
const EdgeType& edge_type(const std::string& name);
// The types as the other end follows them.
Follow reversed(const Follow& follow);

struct Bounds {
    int depth;
    int nodes;  // roots included
};

struct Walk {
    std::vector<Node> nodes;  // the roots first, then in the order in which they were reached
    std::vector<Step> steps;  // every edge that was seen between them, once
    std::map<Uuid, Step> reached_by;  // of each node but the roots the edge that led to it
    bool truncated = false;

    // The edges from a root to this node, in the order of walking.
    std::vector<Step> way_to(const Uuid& node) const;
};

// From all of these at once. It ends early, and says so, when half of the time left is used up.
Walk walk(runtime::Context& context, const std::vector<Uuid>& roots, const Follow& follow,
          const Bounds& bounds);

// A shortest way between two nodes, searched from both ends; empty: there is none within the
// bounds.
struct Way {
    std::vector<Step> steps;
    bool truncated = false;
};
Way way_between(runtime::Context& context, const Uuid& from, const Uuid& to, const Follow& follow,
                const Bounds& bounds);

}  // namespace stele::graph
