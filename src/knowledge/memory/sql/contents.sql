-- The texts of some memories of a tenant.
-- $1 org, $2 project, $3 ids
SELECT m.id, content
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM memories o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
