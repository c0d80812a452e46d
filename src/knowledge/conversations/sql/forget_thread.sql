-- Removes a thread with all that hangs on it.
-- $1 org, $2 project, $3 thread
DELETE FROM chat_threads WHERE org_id = $1 AND project_id = $2 AND id = $3
