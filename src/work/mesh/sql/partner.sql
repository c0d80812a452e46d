-- Who was given the last of a conversation, unless it was the wrong one for it. $1 org, $2 project, $3 conversation
SELECT target_id FROM delegations
WHERE org_id = $1 AND project_id = $2 AND conversation = $3 AND status <> 'failed' AND status <> 'local'
ORDER BY id DESC
LIMIT 1
