-- Open actions, oldest first, one page, from after the given place. Columns: pending.cpp, read_action.
-- $1 org, $2 project, $3 scopes of the message (NULL: all), $4 thread or NULL, $5 place: time or NULL,
-- $6 place: action, $7 limit
SELECT a.id, a.message_id, t.key, a.action, a.status, m.speaker, left(m.content, 1000), a.created_at,
       a.resolution, a.resolved_by, a.resolved_at
FROM pending_actions a
    JOIN chat_messages m ON m.org_id = a.org_id AND m.project_id = a.project_id AND m.id = a.message_id
    JOIN chat_threads t ON t.org_id = a.org_id AND t.project_id = a.project_id AND t.id = a.thread_id
WHERE a.org_id = $1 AND a.project_id = $2 AND a.status = 'open'
    AND ($3::text[] IS NULL OR m.scope = ANY ($3))
    AND ($4::uuid IS NULL OR a.thread_id = $4)
    AND ($5::timestamptz IS NULL OR (a.created_at, a.id) > ($5, $6::uuid))
ORDER BY a.created_at, a.id
LIMIT $7
