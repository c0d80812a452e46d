#include "jobs/edges.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "jobs/sql.hpp"
#include "jobs/store.hpp"

namespace stele::jobs {

namespace {

graph::Kind kind(std::string_view name, const pg::Statement& labels) {
    return {name, [&labels](api::Context& context, const std::vector<Uuid>& ids) {
                graph::Labels out;
                for (const pg::Row row : context.db.once(
                         call_of(context), labels, context.caller.org, context.caller.project, ids))
                    out[row.get<Uuid>(0)] = row.get<std::string>(1);
                return out;
            }};
}

}  // namespace

const graph::Source& job_edges() {
    static const graph::Source source("jobs", sql::job_edges, sql::job_edge_page);
    return source;
}

const graph::Source& artifact_edges() {
    static const graph::Source source("artifacts", sql::artifact_edges, sql::artifact_edge_page);
    return source;
}

std::vector<graph::Kind> graph_kinds() {
    return {kind("job", sql::job_labels), kind("artifact", sql::artifact_labels)};
}

Uuid artifact_id(const Uuid& job, std::string_view uri, std::string_view sha256) {
    const std::string hash =
        sha256_raw(job.text().append(" ").append(sha256).append(" ").append(uri));
    Uuid out;
    std::copy_n(hash.begin(), out.bytes.size(), out.bytes.begin());
    out.bytes[6] = std::uint8_t(0x80 | (out.bytes[6] & 0x0F));  // version 8: made as we see fit
    out.bytes[8] = std::uint8_t(0x80 | (out.bytes[8] & 0x3F));
    return out;
}

}  // namespace stele::jobs
