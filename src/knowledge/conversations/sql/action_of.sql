-- The action of a message, as it is now. Columns: pending.cpp, read_action.
-- $1 org, $2 project, $3 message
SELECT a.id, a.message_id, t.key, a.action, a.status, m.speaker, left(m.content, 1000), a.created_at,
       a.resolution, a.resolved_by, a.resolved_at
FROM pending_actions a
    CROSS JOIN LATERAL (SELECT * FROM chat_messages o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = a.message_id LIMIT 1) m
    CROSS JOIN LATERAL (SELECT o.key FROM chat_threads o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = a.thread_id LIMIT 1) t
WHERE a.org_id = $1 AND a.project_id = $2 AND a.message_id = $3
