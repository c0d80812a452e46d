-- What instances said when they registered. $1 org, $2 project, $3 ids
SELECT i.id, i.revision, i.name, i.role, i.endpoint, i.models, i.expertise_model::int, i.expertise_vector
FROM unnest($3::uuid[]) n (id)
    CROSS JOIN LATERAL (SELECT * FROM mesh_instances o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = n.id LIMIT 1) i
