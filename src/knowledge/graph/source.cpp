#include "knowledge/graph/source.hpp"

#include <fmt/format.h>

#include "foundation/pg/database.hpp"
#include "knowledge/graph/store.hpp"

namespace stele::graph {

namespace {

// What the rows ask for, with the node of each end.
std::string asked(const pg::Statement& edges) {
    return fmt::format(R"(WITH asked (owner, src_kind, src_key, type, dst_kind, dst_key) AS ({}),
named AS (
    SELECT a.*, stele_graph_id(a.src_kind, a.src_key) AS src,
           stele_graph_id(a.dst_kind, a.dst_key) AS dst
    FROM asked a
), wanted AS (SELECT * FROM named WHERE src <> dst ORDER BY src, type, dst))",
                       edges.text);
}

constexpr const char* kProject = R"(
SELECT stele_graph_write(
    $1, $2, '{0}', NULL, array_agg(owner), array_agg(src), array_agg(src_kind),
    array_agg(CASE WHEN lower(src_key) <> src::text THEN src_key END), array_agg(type),
    array_agg(dst), array_agg(dst_kind),
    array_agg(CASE WHEN lower(dst_key) <> dst::text THEN dst_key END), NULL, NULL)
FROM wanted)";

// An edge is looked up by its whole key, LATERAL and LIMIT 1 here and below: a join would be
// planned as a walk over all of a tenant's edges.
constexpr const char* kMissing = R"(
SELECT count(*) FROM wanted w
WHERE (SELECT true FROM graph_edges g
       WHERE g.org_id = $1 AND g.project_id = $2 AND g.src = w.src AND g.type = w.type
           AND g.dst = w.dst AND g.source IS NOT NULL LIMIT 1) IS NULL)";

constexpr const char* kUnsupported = R"(, loose AS (
    SELECT g.src, g.type, g.dst
    FROM unnest($4::uuid[], $5::text[], $6::uuid[]) AS k (src, type, dst)
        CROSS JOIN LATERAL (SELECT e.src, e.type, e.dst, e.owner FROM graph_edges e
                            WHERE e.org_id = $1 AND e.project_id = $2 AND e.src = k.src
                                AND e.type = k.type AND e.dst = k.dst AND e.source = '{0}'
                            LIMIT 1) g
    WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.owner = g.owner AND w.src = g.src
                                                 AND w.type = g.type AND w.dst = g.dst)
))";

constexpr const char* kSweep = R"(, gone AS (
    DELETE FROM graph_edges g USING loose l
    WHERE g.org_id = $1 AND g.project_id = $2 AND g.src = l.src AND g.type = l.type
        AND g.dst = l.dst AND g.linked_by IS NULL
), kept AS (
    UPDATE graph_edges g SET source = NULL, owner = NULL FROM loose l
    WHERE g.org_id = $1 AND g.project_id = $2 AND g.src = l.src AND g.type = l.type
        AND g.dst = l.dst AND g.linked_by IS NOT NULL
))";

constexpr const char* kList = "\nSELECT src, type, dst FROM loose";

}  // namespace

Source::Source(std::string_view table, const pg::Statement& edges, const pg::Statement& page)
    : table_(table), page_(page) {
    const std::string base = asked(edges);
    const std::string loose = base + fmt::format(kUnsupported, table_);
    texts_[0] = base + fmt::format(kProject, table_);
    texts_[1] = base + kMissing;
    texts_[2] = loose + kList;
    texts_[3] = loose + kSweep + kList;
    // The first bears the file's own name, so that the file counts as executed.
    names_[0] = edges.name;
    names_[1] = names_[0] + "_missing";
    names_[2] = names_[0] + "_unsupported";
    names_[3] = names_[0] + "_sweep";
    project_ = {names_[0].c_str(), texts_[0].c_str()};
    missing_ = {names_[1].c_str(), texts_[1].c_str()};
    unsupported_ = {names_[2].c_str(), texts_[2].c_str()};
    sweep_ = {names_[3].c_str(), texts_[3].c_str()};
}

Kind kind_of(std::string_view name, const pg::Statement& labels) {
    return {name, [&labels](runtime::Context& context, const std::vector<Uuid>& ids) {
                Labels out;
                for (const pg::Row row : context.db.once(
                         call_of(context), labels, context.caller.org, context.caller.project, ids))
                    out[row.get<Uuid>(0)] = row.get<std::string>(1);
                return out;
            }};
}

}  // namespace stele::graph
