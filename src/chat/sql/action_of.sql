-- The action of a message, as it is now. Columns: pending.cpp, read_action.
-- $1 org, $2 project, $3 message
SELECT a.id, a.message_id, t.key, a.action, a.status, m.speaker, left(m.content, 1000), a.created_at,
       a.resolution, a.resolved_by, a.resolved_at
FROM pending_actions a
    JOIN chat_messages m ON m.org_id = a.org_id AND m.project_id = a.project_id AND m.id = a.message_id
    JOIN chat_threads t ON t.org_id = a.org_id AND t.project_id = a.project_id AND t.id = a.thread_id
WHERE a.org_id = $1 AND a.project_id = $2 AND a.message_id = $3
