-- Takes away what forgotten rows vouched for, what rows of the same table said about them, and what was linked to
-- them. What rows of other tables say stays theirs. Gives the ends of the edges that are gone.
-- $1 org, $2 project, $3 table, $4 ids
WITH gone AS (
    DELETE FROM graph_edges
    WHERE org_id = $1 AND project_id = $2 AND (src = ANY ($4) OR dst = ANY ($4))
        AND (source IS NULL OR source = $3 OR owner = ANY ($4))
    RETURNING src, dst
), kept AS (
    UPDATE graph_edges SET linked_by = NULL, evidence = NULL
    WHERE org_id = $1 AND project_id = $2 AND (src = ANY ($4) OR dst = ANY ($4)) AND linked_by IS NOT NULL
        AND source <> $3 AND owner <> ALL ($4)
)
SELECT src FROM gone UNION SELECT dst FROM gone
