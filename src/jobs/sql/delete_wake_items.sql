-- What a heartbeat has taken along, which its job's input holds. $1 org, $2 project, $3 ids
DELETE FROM wake_items WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
