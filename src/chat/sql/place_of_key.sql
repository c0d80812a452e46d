-- Where a thread has the message of a dedup key.
-- $1 org, $2 project, $3 thread, $4 dedup key
SELECT seq
FROM chat_messages
WHERE org_id = $1 AND project_id = $2 AND thread_id = $3 AND dedup_key = $4
