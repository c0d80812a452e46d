-- The edges at some nodes, so many at most in each direction: who among them is linked, or to the same thing. LATERAL
-- and LIMIT, so that each node is looked up by itself: a plan for a new, small table would read all of a tenant's edges.
-- $1 org, $2 project, $3 nodes, $4 limit
(SELECT e.src, e.dst
 FROM unnest($3::uuid[]) n (id)
     CROSS JOIN LATERAL (SELECT o.src, o.dst FROM graph_edges o
                         WHERE o.org_id = $1 AND o.project_id = $2 AND o.src = n.id LIMIT $4) e
 LIMIT $4)
UNION ALL
(SELECT e.dst, e.src
 FROM unnest($3::uuid[]) n (id)
     CROSS JOIN LATERAL (SELECT o.src, o.dst FROM graph_edges o
                         WHERE o.org_id = $1 AND o.project_id = $2 AND o.dst = n.id LIMIT $4) e
 LIMIT $4)
