-- Holds a schedule if it is due and nobody else has it. $1 org, $2 project, $3 name → what it asks for, when it is due,
-- the time, whose it is, whether its last job lives
SELECT s.kind, s.expression, s.timezone, s.queue, s.job_name, s.input, s.options, s.overlap, s.catch_up, s.next_at,
       now(), s.instance,
       EXISTS (SELECT FROM job_queue q WHERE q.org_id = s.org_id AND q.project_id = s.project_id AND q.id = s.last_job_id OFFSET 0)
FROM job_schedules s
WHERE s.org_id = $1 AND s.project_id = $2 AND s.name = $3 AND s.next_at <= now() AND NOT s.paused
    AND (s.retry_at IS NULL OR s.retry_at <= now())
FOR UPDATE SKIP LOCKED
