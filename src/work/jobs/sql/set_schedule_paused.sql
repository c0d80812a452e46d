-- Stops a schedule or lets it go on. $1 org, $2 project, $3 name, $4 paused, $5 its next time
UPDATE job_schedules SET paused = $4, next_at = $5, retry_at = NULL, updated_at = now()
WHERE org_id = $1 AND project_id = $2 AND name = $3
