-- Takes away what forgotten rows vouched for, what rows of the same table said about them, and what was linked to
-- them. What rows of other tables say stays theirs. Gives the ends of the edges that are gone.
-- $1 org, $2 project, $3 table, $4 ids
WITH at AS MATERIALIZED (
    SELECT DISTINCT $1::uuid AS org, $2::uuid AS project, e.src, e.type, e.dst
    FROM unnest($4::uuid[]) n (id)
        CROSS JOIN LATERAL (
            (SELECT g.src, g.type, g.dst FROM graph_edges g
             WHERE g.org_id = $1 AND g.project_id = $2 AND g.src = n.id OFFSET 0)
            UNION ALL
            (SELECT g.src, g.type, g.dst FROM graph_edges g
             WHERE g.org_id = $1 AND g.project_id = $2 AND g.dst = n.id OFFSET 0)) e
), gone AS (
    DELETE FROM graph_edges g USING at a
    WHERE g.org_id = a.org AND g.project_id = a.project AND g.src = a.src AND g.type = a.type AND g.dst = a.dst
        AND (g.source IS NULL OR g.source = $3 OR g.owner = ANY ($4))
    RETURNING g.src, g.dst
), kept AS (
    UPDATE graph_edges g SET linked_by = NULL, evidence = NULL
    FROM at a
    WHERE g.org_id = a.org AND g.project_id = a.project AND g.src = a.src AND g.type = a.type AND g.dst = a.dst
        AND g.linked_by IS NOT NULL AND g.source <> $3 AND g.owner <> ALL ($4)
)
SELECT src FROM gone UNION SELECT dst FROM gone
