-- The same for messages that the segments or the vectors have found, indexed ones included.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 messages
SELECT m.id, m.lexemes, m.created_at, m.scope, m.thread_id, m.seq, m.speaker, m.words, m.pairs,
       CASE WHEN octet_length(m.content) <= 1000 THEN m.content END, m.kind
FROM unnest($4::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_messages r
                        WHERE r.org_id = $1 AND r.project_id = $2 AND r.id = i.id LIMIT 1) m
WHERE ($3::text[] IS NULL OR m.scope = ANY ($3))
