-- The same for summaries.
-- $1 org, $2 project, $3 summaries
SELECT s.id, t.key, s.from_seq, s.to_seq, s.summary, s.keywords, s.created_at, s.scope, t.channel
FROM chat_summaries s
    JOIN chat_threads t ON t.org_id = s.org_id AND t.id = s.thread_id
WHERE s.org_id = $1 AND s.project_id = $2 AND s.id = ANY ($3)
