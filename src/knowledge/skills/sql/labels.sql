-- What some skills are for, for a line in the graph. $1 org, $2 project, $3 ids
SELECT m.id, name || ': ' || left(description, 300)
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM skills o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
