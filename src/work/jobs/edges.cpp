#include "work/jobs/edges.hpp"

#include "foundation/base/hash.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

const graph::Source& job_edges() {
    static const graph::Source source("jobs", sql::job_edges, sql::job_edge_page);
    return source;
}

const graph::Source& artifact_edges() {
    static const graph::Source source("artifacts", sql::artifact_edges, sql::artifact_edge_page);
    return source;
}

std::vector<graph::Kind> graph_kinds() {
    return {graph::kind_of("job", sql::job_labels),
            graph::kind_of("artifact", sql::artifact_labels)};
}

Uuid artifact_id(const Uuid& job, std::string_view uri, std::string_view sha256) {
    return uuid_of_hash(job.text().append(" ").append(sha256).append(" ").append(uri));
}

}  // namespace stele::jobs
