-- Whether a thread is that very fork.
-- $1 org, $2 project, $3 thread, $4 line, $5 up to
SELECT line_threads = $4::uuid[] AND line_upto = $5::int[]
FROM chat_threads
WHERE org_id = $1 AND project_id = $2 AND id = $3
