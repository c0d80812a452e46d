-- How many summaries of a thread are still to be made.
-- $1 org, $2 project, $3 the thread's key
SELECT count(*)
FROM chat_work
WHERE org_id = $1 AND project_id = $2
    AND thread_id = (SELECT t.id FROM chat_threads t WHERE t.org_id = $1 AND t.project_id = $2 AND t.key = $3) AND task = 'summary'
