-- What instances said when they registered. $1 org, $2 project, $3 ids
SELECT i.id, i.revision, i.name, i.role, i.endpoint, i.models, i.expertise_model::int, i.expertise_vector
FROM mesh_instances i
WHERE i.org_id = $1 AND i.project_id = $2 AND i.id = ANY ($3)
