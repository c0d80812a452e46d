-- A thread's messages from a place on, its ancestors' before its own. Columns: read.cpp, read_message.
-- $1 org, $2 project, $3 its key, $4 after this place, $5 before this place, $6 limit
WITH lineage AS (
    SELECT unnest(t.lineage_threads || t.id) AS id, unnest(0 || t.lineage_upto) AS first,
           unnest(t.lineage_upto || 2147483647) AS last
    FROM chat_threads t
    WHERE t.org_id = $1 AND t.project_id = $2 AND t.key = $3
)
SELECT m.id, t.key, m.seq, m.speaker, m.content, m.created_at, m.kind, m.channel, m.scope, m.metadata,
       m.retention, m.instance, m.job_id, m.dedup_key
FROM lineage l
    CROSS JOIN LATERAL (SELECT o.key FROM chat_threads o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = l.id LIMIT 1) t
    CROSS JOIN LATERAL (
        SELECT *
        FROM chat_messages c
        WHERE c.org_id = $1 AND c.project_id = $2 AND c.thread_id = l.id
            AND c.seq > greatest(l.first, $4::int) AND c.seq <= least(l.last, $5::int - 1)
        ORDER BY c.seq
        LIMIT $6
    ) m
ORDER BY m.seq
LIMIT $6
