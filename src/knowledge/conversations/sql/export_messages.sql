-- A thread's own messages from a place on. Columns: read.cpp, read_message.
-- $1 org, $2 project, $3 thread, $4 after this place, $5 limit
SELECT m.id, t.key, m.seq, m.speaker, m.content, m.created_at, m.kind, m.channel, m.scope, m.metadata,
       m.retention, m.instance, m.job_id, m.dedup_key
FROM chat_messages m
    JOIN chat_threads t ON t.org_id = m.org_id AND t.project_id = m.project_id AND t.id = m.thread_id
WHERE m.org_id = $1 AND m.project_id = $2 AND m.thread_id = $3 AND m.seq > $4
ORDER BY m.seq
LIMIT $5
