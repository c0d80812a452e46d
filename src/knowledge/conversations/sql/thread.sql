-- A thread itself, and the key of the one it branched off. Columns: read.cpp, read_thread.
-- OFFSET 0: an array function is not leakproof, so under row-level security its value alone may be an index condition.
-- $1 org, $2 project, $3 its key
SELECT t.key, t.scope, t.channel, t.title, t.instance, t.last_seq, t.metadata, t.created_at,
       t.last_message_at, t.ended_at, f.key, t.lineage_upto[cardinality(t.lineage_upto)]
FROM (SELECT *, lineage_threads[cardinality(lineage_threads)] AS branched_off
      FROM chat_threads
      WHERE org_id = $1 AND project_id = $2 AND key = $3
      OFFSET 0) t
    LEFT JOIN LATERAL (SELECT o.key FROM chat_threads o
                       WHERE o.org_id = $1 AND o.project_id = $2
                           AND o.id = t.branched_off LIMIT 1) f ON true
