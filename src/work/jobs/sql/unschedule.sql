-- Removes a schedule; its jobs stay. Gives what they are called. $1 org, $2 project, $3 name
DELETE FROM job_schedules WHERE org_id = $1 AND project_id = $2 AND name = $3
RETURNING job_name
