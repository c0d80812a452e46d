// The SQL of the graph: what domains call inside their own transactions, and what the graph's
// operations stand on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/graph/source.hpp"
#include "knowledge/graph/types.hpp"
#include "runtime/call.hpp"

namespace stele::graph {

// Writes the edges that rows of a table ask for; rows that are not there ask for nothing. `add`
// takes a statement and its parameters (Pipeline::add, Transaction::query). It holds a lock until
// the transaction ends: the last thing a transaction does, or nearly.
template <class Add>
void project(const Add& add, const runtime::Caller& caller, const Source& source,
             const std::vector<Uuid>& ids) {
    if (!ids.empty()) add(source.project(), caller.org, caller.project, ids);
}

// After rows of a table were deleted, in the same transaction: what they vouched for, what rows of
// that table said about them and what was linked to them is gone, and names that nothing needs.
void forget(pg::Transaction& tx, const pg::Tenant& tenant, std::string_view table,
            const std::vector<Uuid>& ids);

// A node that a request named. `key`: its name, when it has no row of its own.
struct NodeRef {
    Uuid id;
    std::string kind;
    std::optional<std::string> key;
    std::string label;
    bool known = false;  // the graph or a domain has heard of it
};

// "job:nightly-7" or an id, in that order of trying; the answers come in the order asked for.
// Throws Error(invalid_argument) for what is neither and for a kind that is none.
std::vector<NodeRef> resolve(runtime::Context& context, const Domains& domains,
                             const std::vector<std::string>& names);

// Kinds, names and labels of nodes; what nobody knows keeps `kind`, and has no label.
void describe_nodes(runtime::Context& context, const Domains& domains, std::vector<Node>& nodes);

// One step of a walk: sql/step.sql.
struct Step {
    Uuid at;
    bool outward;
    Uuid src, dst;
    std::string type, src_kind, dst_kind;
    bool strict;
    double weight;
    std::optional<std::string> linked_by;

    const Uuid& other() const { return outward ? dst : src; }
    const std::string& other_kind() const { return outward ? dst_kind : src_kind; }
    Edge edge() const { return {src.text(), dst.text(), type, strict, weight, linked_by}; }
};
struct Follow {
    std::vector<std::string> outward, inward;  // types
};
std::vector<Step> step(runtime::Context& context, const std::vector<Uuid>& nodes,
                       const Follow& follow, int per_node, int in_all);

}  // namespace stele::graph
