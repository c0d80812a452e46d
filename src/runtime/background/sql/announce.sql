-- Announces that a tenant has work of a task.
-- $1 org, $2 project, $3 task
INSERT INTO due_work (org_id, project_id, task)
SELECT $1, $2, $3 WHERE NOT stele_is_announced($1, $2, $3)
