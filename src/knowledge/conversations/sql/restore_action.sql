-- What a message asked for, as an export has it.
-- $1 org, $2 project, $3 action, $4 message, $5 what, $6 status, $7 resolution, $8 resolved at, $9 by whom,
-- $10 created
INSERT INTO pending_actions (org_id, project_id, id, message_id, thread_id, action, status, resolution,
                             resolved_at, resolved_by, created_at)
SELECT m.org_id, m.project_id, $3, m.id, m.thread_id, $5, $6, $7, $8, $9, $10
FROM chat_messages m
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = $4
ON CONFLICT DO NOTHING
