-- Names and ranks of nodes that have no edge any more. The caller holds the tenant's lock.
-- $1 org, $2 project, $3 ids
WITH lone AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, f.id
    FROM unnest($3::uuid[]) f (id)
        LEFT JOIN LATERAL (SELECT g.src FROM graph_edges g
                           WHERE g.org_id = $1 AND g.project_id = $2 AND g.src >= f.id AND g.src <= f.id
                           ORDER BY g.src, g.type, g.dst LIMIT 1) o ON true
        LEFT JOIN LATERAL (SELECT g.dst FROM graph_edges g
                           WHERE g.org_id = $1 AND g.project_id = $2 AND g.dst >= f.id AND g.dst <= f.id
                           ORDER BY g.dst, g.type, g.src LIMIT 1) i ON true
    WHERE o.src IS NULL AND i.dst IS NULL
), ranks AS (
    DELETE FROM graph_ranks r USING lone l WHERE r.org_id = l.org AND r.project_id = l.project AND r.id = l.id
)
DELETE FROM graph_nodes n USING lone l WHERE n.org_id = l.org AND n.project_id = l.project AND n.id = l.id
