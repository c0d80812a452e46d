-- Where a thread has the message of a dedup key.
-- $1 org, $2 project, $3 the thread's key, $4 dedup key
SELECT seq
FROM chat_messages
WHERE org_id = $1 AND project_id = $2
    AND thread_id = (SELECT t.id FROM chat_threads t WHERE t.org_id = $1 AND t.project_id = $2 AND t.key = $3) AND dedup_key = $4
