-- How many summaries of a thread are still to be made.
-- $1 org, $2 project, $3 thread
SELECT count(*)
FROM chat_work
WHERE org_id = $1 AND project_id = $2 AND thread_id = $3 AND task = 'summary'
