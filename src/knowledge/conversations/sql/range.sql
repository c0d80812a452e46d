-- What was said between two places of a thread, the beginnings of long texts.
-- $1 org, $2 project, $3 thread, $4 from, $5 to
SELECT speaker, left(content, 20000), kind
FROM chat_messages
WHERE org_id = $1 AND project_id = $2 AND thread_id = $3 AND seq BETWEEN $4 AND $5
ORDER BY seq
