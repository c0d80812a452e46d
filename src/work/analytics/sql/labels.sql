-- What some annotations say, for a line in the graph. $1 org, $2 project, $3 ids
SELECT m.id, verdict || ' (' || origin || ', ' || domain || ')' || coalesce(': ' || left(feedback, 200), '')
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM annotations o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
