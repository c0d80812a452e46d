-- The messages that a forget means, by id or of a whole thread.
-- $1 org, $2 project, $3 messages, $4 thread or NULL
SELECT m.id, m.thread_id, m.seq, m.retention, m.content_hash
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_messages o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
UNION
SELECT m.id, m.thread_id, m.seq, m.retention, m.content_hash
FROM chat_messages m
WHERE m.org_id = $1 AND m.project_id = $2 AND m.thread_id = $4::uuid
ORDER BY 2, 3
