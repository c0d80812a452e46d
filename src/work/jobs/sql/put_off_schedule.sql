-- A schedule that could not submit stays due, and is looked at again in a minute. $1 org, $2 project, $3 name, $4 why
UPDATE job_schedules SET retry_at = now() + interval '1 minute', note = $4
WHERE org_id = $1 AND project_id = $2 AND name = $3
