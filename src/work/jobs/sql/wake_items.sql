-- plan: page
-- What waits for the next heartbeat, the oldest first. $1 org, $2 project, $3 limit
SELECT id, text, source, created_at FROM wake_items WHERE org_id = $1 AND project_id = $2 ORDER BY id LIMIT $3
