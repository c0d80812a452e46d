-- Channels that were declared, by name. $1 org, $2 project
SELECT name, description, can_send FROM channels WHERE org_id = $1 AND project_id = $2 ORDER BY name
