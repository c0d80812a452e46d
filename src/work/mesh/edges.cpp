#include "work/mesh/edges.hpp"

#include "work/mesh/sql.hpp"

namespace stele::mesh {

const graph::Source& delegation_edges() {
    static const graph::Source source("delegations", sql::delegation_edges,
                                      sql::delegation_edge_page);
    return source;
}

std::vector<graph::Kind> graph_kinds() {
    return {graph::kind_of("instance", sql::instance_labels),
            graph::kind_of("delegation", sql::delegation_labels)};
}

}  // namespace stele::mesh
