-- Threads by when something was last said, each with its last message; a fork in which nothing was said yet
-- shows the one it branched off at. Threads without a message are left out.
-- OFFSET 0 keeps the CASE out of the search for that message: under row-level security only what is leakproof
-- may go into an index condition, and array functions are not.
-- plan: page
-- $1 org, $2 project, $3 scopes (NULL: all), $4 place: time or NULL, $5 place: thread, $6 limit
SELECT t.id, m.id, t.key, m.speaker, m.content, t.last_message_at, m.kind, m.channel, t.scope, m.seq,
       t.title, t.ended_at
FROM (
    SELECT *, CASE WHEN last_seq = lineage_upto[cardinality(lineage_upto)]
                   THEN lineage_threads[cardinality(lineage_threads)] ELSE id END AS spoken_in
    FROM chat_threads
    WHERE org_id = $1 AND project_id = $2
        AND ($3::text[] IS NULL OR scope = ANY ($3))
        AND ($4::timestamptz IS NULL OR (last_message_at, id) < ($4, $5::uuid))
    ORDER BY last_message_at DESC, id DESC
    OFFSET 0
) t
    CROSS JOIN LATERAL (
        SELECT *
        FROM chat_messages c
        WHERE c.org_id = $1 AND c.project_id = $2 AND c.thread_id = t.spoken_in AND c.seq <= t.last_seq
        ORDER BY c.seq DESC
        LIMIT 1
    ) m
ORDER BY t.last_message_at DESC, t.id DESC
LIMIT $6
