-- Open actions, oldest first, one page, from after the given place. Columns: pending.cpp, read_action.
-- plan: page
-- $1 org, $2 project, $3 scopes of the message (NULL: all), $4 a thread's key or NULL, $5 place: time or NULL,
-- $6 place: action, $7 limit
SELECT a.id, a.message_id, t.key, a.action, a.status, m.speaker, left(m.content, 1000), a.created_at,
       a.resolution, a.resolved_by, a.resolved_at
FROM pending_actions a
    CROSS JOIN LATERAL (SELECT * FROM chat_messages o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = a.message_id LIMIT 1) m
    CROSS JOIN LATERAL (SELECT o.key FROM chat_threads o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = a.thread_id LIMIT 1) t
WHERE a.org_id = $1 AND a.project_id = $2 AND a.status = 'open'
    AND ($3::text[] IS NULL OR m.scope = ANY ($3))
    AND ($4::text IS NULL
         OR a.thread_id = (SELECT o.id FROM chat_threads o
                           WHERE o.org_id = $1 AND o.project_id = $2 AND o.key = $4))
    AND ($5::timestamptz IS NULL OR (a.created_at, a.id) > ($5, $6::uuid))
ORDER BY a.created_at, a.id
LIMIT $7
