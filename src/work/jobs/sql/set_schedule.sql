-- Makes a schedule, or replaces the one of that name; whether it is paused and what it did last stay.
-- $1 org, $2 project, $3 name, $4 kind, $5 expression, $6 timezone, $7 queue, $8 job, $9 input, $10 options,
-- $11 overlap, $12 catch-up, $13 next time, $14 instance
INSERT INTO job_schedules (org_id, project_id, name, kind, expression, timezone, queue, job_name, input, options,
                           overlap, catch_up, next_at, instance)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10, $11, $12, $13, $14)
ON CONFLICT (org_id, project_id, name) DO UPDATE
SET kind = excluded.kind, expression = excluded.expression, timezone = excluded.timezone, queue = excluded.queue,
    job_name = excluded.job_name, input = excluded.input, options = excluded.options, overlap = excluded.overlap,
    catch_up = excluded.catch_up, next_at = excluded.next_at, instance = excluded.instance, retry_at = NULL,
    note = NULL, updated_at = now()
