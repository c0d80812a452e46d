-- A schedule that was due goes on to its next time. $1 org, $2 project, $3 name, $4 the next time or none, $5 the last
-- time of which a job was submitted and $6 that job, or as they were, $7 why there is none
UPDATE job_schedules
SET next_at = $4, last_at = coalesce($5, last_at), last_job_id = coalesce($6, last_job_id), note = $7, retry_at = NULL,
    fired = fired + CASE WHEN $6::uuid IS NULL THEN 0 ELSE 1 END
WHERE org_id = $1 AND project_id = $2 AND name = $3
