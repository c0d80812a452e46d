-- What a search found, to be shown. LATERAL and LIMIT: each row by its key, whatever is known of the tables.
-- $1 org, $2 project, $3 messages
SELECT m.id, t.key, m.seq, m.speaker, m.content, m.created_at, m.kind, m.channel, m.scope
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_messages c
                        WHERE c.org_id = $1 AND c.project_id = $2 AND c.id = i.id LIMIT 1) m
    CROSS JOIN LATERAL (SELECT h.key FROM chat_threads h WHERE h.org_id = $1 AND h.project_id = $2 AND h.id = m.thread_id LIMIT 1) t
