-- What a thread's messages asked for, open or not.
-- plan: tenant, because an export is of all
-- $1 org, $2 project, $3 thread
SELECT id, message_id, action, status, resolution, resolved_at, resolved_by, created_at
FROM pending_actions
WHERE org_id = $1 AND project_id = $2 AND thread_id = $3
ORDER BY created_at, id
