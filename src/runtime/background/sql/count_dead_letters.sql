-- How many of a task's items were set aside.
-- $1 org, $2 project, $3 task
SELECT count(*) FROM dead_letters WHERE org_id = $1 AND project_id = $2 AND task = $3
