-- What some threads are called, for a line in the graph. $1 org, $2 project, $3 ids
SELECT m.id, coalesce(title, key)
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_threads o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
