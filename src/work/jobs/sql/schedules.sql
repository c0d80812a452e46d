-- Schedules by name. $1 org, $2 project, $3 this one alone, $4 after this name, $5 limit → columns as read_schedule
-- wants them
SELECT name, kind, expression, timezone, job_name, queue, overlap, catch_up, paused, next_at, last_at, last_job_id,
       note, created_at, fired, input
FROM job_schedules
WHERE org_id = $1 AND project_id = $2 AND ($3::text IS NULL OR name = $3) AND name > $4
ORDER BY name
LIMIT $5
