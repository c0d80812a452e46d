-- A finished or abandoned rebuild leaves nothing behind. $1 org, $2 project
DELETE FROM graph_rebuild_state WHERE org_id = $1 AND project_id = $2
