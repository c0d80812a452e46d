-- Makes ready what is due in a queue: delayed jobs, and waiting ones whose time is over.
-- $1 org, $2 project, $3 queue, $4 how many at most
WITH due AS MATERIALIZED (
    SELECT q.org_id, q.id
    FROM job_queue q
    WHERE q.org_id = $1 AND q.project_id = $2 AND q.queue = $3 AND q.state IN ('delayed', 'waiting')
        AND q.wake_at <= now()
    ORDER BY q.wake_at
    LIMIT $4
    FOR UPDATE SKIP LOCKED
)
UPDATE job_queue q
SET state = 'ready', ready_at = q.wake_at, wake_at = NULL,
    woken_by = CASE WHEN q.state = 'waiting' THEN 'time' ELSE q.woken_by END
FROM due d
WHERE q.org_id = d.org_id AND q.id = d.id
