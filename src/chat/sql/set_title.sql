-- Names a thread that has no name.
-- $1 org, $2 project, $3 thread, $4 title
UPDATE chat_threads SET title = $4
WHERE org_id = $1 AND project_id = $2 AND id = $3 AND title IS NULL
