-- A thread itself, and the key of the one it branched off. Columns: read.cpp, read_thread.
-- $1 org, $2 project, $3 its key
SELECT t.key, t.scope, t.channel, t.title, t.instance, t.last_seq, t.metadata, t.created_at,
       t.last_message_at, t.ended_at, f.key, t.lineage_upto[cardinality(t.lineage_upto)]
FROM chat_threads t
    LEFT JOIN LATERAL (SELECT o.key FROM chat_threads o
                       WHERE o.org_id = $1 AND o.project_id = $2
                           AND o.id = t.lineage_threads[cardinality(t.lineage_threads)] LIMIT 1) f ON true
WHERE t.org_id = $1 AND t.project_id = $2 AND t.key = $3
