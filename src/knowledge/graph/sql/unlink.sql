-- Takes back what somebody linked; an edge that a row vouches for stays. Says for the edge, when it is there,
-- whether it had been linked and whether a row vouches for it.
-- $1 org, $2 project, $3 from, $4 type, $5 to
WITH edge AS (
    SELECT linked_by IS NOT NULL AS linked, source IS NOT NULL AS vouched
    FROM graph_edges WHERE org_id = $1 AND project_id = $2 AND src = $3 AND type = $4 AND dst = $5
), gone AS (
    DELETE FROM graph_edges
    WHERE org_id = $1 AND project_id = $2 AND src = $3 AND type = $4 AND dst = $5 AND source IS NULL
), kept AS (
    UPDATE graph_edges SET linked_by = NULL, evidence = NULL, weight = 1
    WHERE org_id = $1 AND project_id = $2 AND src = $3 AND type = $4 AND dst = $5 AND source IS NOT NULL
        AND linked_by IS NOT NULL
)
SELECT linked, vouched FROM edge
