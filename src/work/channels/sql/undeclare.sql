-- A channel is no more. $1 org, $2 project, $3 name
DELETE FROM channels WHERE org_id = $1 AND project_id = $2 AND name = $3
