-- A schedule, held until the transaction ends. $1 org, $2 project, $3 name → columns as read_schedule wants them
SELECT name, kind, expression, timezone, job_name, queue, overlap, catch_up, paused, next_at, last_at, last_job_id,
       note, created_at, fired, input
FROM job_schedules
WHERE org_id = $1 AND project_id = $2 AND name = $3
FOR UPDATE
