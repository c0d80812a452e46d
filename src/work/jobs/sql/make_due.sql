-- A schedule's time is now. $1 org, $2 project, $3 name
UPDATE job_schedules SET next_at = now(), retry_at = NULL
WHERE org_id = $1 AND project_id = $2 AND name = $3 AND NOT paused
