-- A thread's summaries in the order of the conversation. Columns: summaries.cpp, read_summary.
-- $1 org, $2 project, $3 the thread's key
SELECT id, from_seq, to_seq, summary, keywords, message_count, method, scope, created_at
FROM chat_summaries
WHERE org_id = $1 AND project_id = $2
    AND thread_id = (SELECT t.id FROM chat_threads t WHERE t.org_id = $1 AND t.project_id = $2 AND t.key = $3)
ORDER BY to_seq, from_seq
