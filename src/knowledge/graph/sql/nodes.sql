-- The kinds and names of nodes that have no row elsewhere. $1 org, $2 project, $3 ids
SELECT m.id, kind, key
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM graph_nodes o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
