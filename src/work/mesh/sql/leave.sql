-- An instance leaves: offline until it beats or registers again. $1 org, $2 project, $3 name
UPDATE mesh_heartbeats m
SET gone = true
FROM mesh_instances i
WHERE i.org_id = $1 AND i.project_id = $2 AND i.name = $3
    AND m.org_id = $1 AND m.project_id = $2 AND m.id = i.id
