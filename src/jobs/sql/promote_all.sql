-- The same for every tenant's queues; needs open_worker. Gives the queues. $1 how many at most
WITH due AS MATERIALIZED (
    SELECT q.org_id, q.id
    FROM job_queue q
    WHERE q.state IN ('delayed', 'waiting') AND q.wake_at <= now()
    ORDER BY q.wake_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
), promoted AS (
    UPDATE job_queue q
    SET state = 'ready', ready_at = q.wake_at, wake_at = NULL,
        woken_by = CASE WHEN q.state = 'waiting' THEN 'time' ELSE q.woken_by END
    FROM due d
    WHERE q.org_id = d.org_id AND q.id = d.id
    RETURNING q.org_id, q.project_id, q.queue
)
SELECT org_id, project_id, queue, count(*)::int FROM promoted GROUP BY org_id, project_id, queue
