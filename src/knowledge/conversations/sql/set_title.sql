-- Names a thread that has no name.
-- $1 org, $2 project, $3 its key, $4 title
UPDATE chat_threads SET title = $4
WHERE org_id = $1 AND project_id = $2 AND key = $3 AND title IS NULL
