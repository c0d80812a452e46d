-- What some delegations are called, for a line in the graph. $1 org, $2 project, $3 ids
SELECT m.id, 'to ' || target || ' (' || status || ')'
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM delegations o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
