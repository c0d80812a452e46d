-- From now on the jobs that a queue, or all of them (*), have running count against the limits.
-- plan: tenant, because it looks at what is live when a limit begins
-- $1 org, $2 project, $3 queue
UPDATE job_queue q
SET limited = true
WHERE q.org_id = $1 AND q.project_id = $2 AND ($3 = '*' OR q.queue = $3)
    AND q.lease_until IS NOT NULL AND NOT q.limited
