-- The beginning of some memories, for a line in the graph. $1 org, $2 project, $3 ids
SELECT m.id, left(content, 400)
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM memories o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
