-- The edges at some nodes, so many at most in each direction: who among them is linked, or to the same thing.
-- $1 org, $2 project, $3 nodes, $4 limit
(SELECT e.src, e.dst FROM graph_edges e
 WHERE e.org_id = $1 AND e.project_id = $2 AND e.src = ANY ($3) LIMIT $4)
UNION ALL
(SELECT e.dst, e.src FROM graph_edges e
 WHERE e.org_id = $1 AND e.project_id = $2 AND e.dst = ANY ($3) LIMIT $4)
