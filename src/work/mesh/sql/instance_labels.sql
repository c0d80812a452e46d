-- What some instances are called, for a line in the graph. $1 org, $2 project, $3 ids
SELECT m.id, name || CASE WHEN role = '' THEN '' ELSE ' (' || role || ')' END
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM mesh_instances o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
