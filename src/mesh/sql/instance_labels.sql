-- What some instances are called, for a line in the graph. $1 org, $2 project, $3 ids
SELECT id, name || CASE WHEN role = '' THEN '' ELSE ' (' || role || ')' END FROM mesh_instances
WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
