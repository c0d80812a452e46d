-- What a heartbeat is to take along, held until its transaction ends; nobody waits for another. Columns as in
-- plan: page
-- wake_items. $1 org, $2 project, $3 limit
SELECT id, text, source, created_at FROM wake_items
WHERE org_id = $1 AND project_id = $2
ORDER BY id
LIMIT $3
FOR UPDATE SKIP LOCKED
