-- Threads by when something was last said, each with its last message; a fork in which nothing was said yet
-- shows the one it branched off at. Threads without a message are left out.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 place: time or NULL, $5 place: thread, $6 limit
SELECT t.id, m.id, t.key, m.speaker, m.content, t.last_message_at, m.kind, m.channel, t.scope, m.seq,
       t.title, t.ended_at
FROM chat_threads t
    CROSS JOIN LATERAL (
        SELECT *
        FROM chat_messages c
        WHERE c.org_id = t.org_id AND c.project_id = t.project_id AND c.seq <= t.last_seq
            AND c.thread_id = CASE WHEN t.last_seq = t.line_upto[cardinality(t.line_upto)]
                                   THEN t.line_threads[cardinality(t.line_threads)] ELSE t.id END
        ORDER BY c.seq DESC
        LIMIT 1
    ) m
WHERE t.org_id = $1 AND t.project_id = $2
    AND ($3::text[] IS NULL OR t.scope = ANY ($3))
    AND ($4::timestamptz IS NULL OR (t.last_message_at, t.id) < ($4, $5::uuid))
ORDER BY t.last_message_at DESC, t.id DESC
LIMIT $6
