-- The same for every tenant's queues; needs open_worker. Gives the queues. $1 how many at most
WITH promoted AS (
    UPDATE job_queue q
    SET state = 'ready', ready_at = q.wake_at, wake_at = NULL,
        woken_by = CASE WHEN q.state = 'waiting' THEN 'time' ELSE q.woken_by END
    WHERE q.ctid = ANY (ARRAY(
        SELECT d.ctid
        FROM job_queue d
        WHERE d.state IN ('delayed', 'waiting') AND d.wake_at <= now()
        ORDER BY d.wake_at
        LIMIT $1
        FOR UPDATE SKIP LOCKED))
    RETURNING q.org_id, q.project_id, q.queue
)
SELECT org_id, project_id, queue, count(*)::int FROM promoted GROUP BY org_id, project_id, queue
