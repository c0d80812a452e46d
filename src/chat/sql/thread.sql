-- A thread itself, and the key of the one it branched off. Columns: read.cpp, read_thread.
-- $1 org, $2 project, $3 thread
SELECT t.key, t.scope, t.channel, t.title, t.instance, t.last_seq, t.metadata, t.created_at,
       t.last_message_at, t.ended_at, f.key, t.line_upto[cardinality(t.line_upto)]
FROM chat_threads t
    LEFT JOIN chat_threads f
        ON f.org_id = t.org_id AND f.project_id = t.project_id
            AND f.id = t.line_threads[cardinality(t.line_threads)]
WHERE t.org_id = $1 AND t.project_id = $2 AND t.id = $3
