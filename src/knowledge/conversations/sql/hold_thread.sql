-- Holds a thread until the transaction ends: nothing is appended and nothing forgotten meanwhile.
-- $1 org, $2 project, $3 thread
SELECT scope
FROM chat_threads
WHERE org_id = $1 AND project_id = $2 AND id = $3
FOR NO KEY UPDATE
