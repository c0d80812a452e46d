-- Makes ready what is due in a queue: delayed jobs, and waiting ones whose time is over. Gives whether the queue, or all
-- queues together (*), have limits, and neither is paused: then only who holds their rows may lease.
-- $1 org, $2 project, $3 queue, $4 how many at most
WITH due AS MATERIALIZED (
    SELECT $1::uuid AS org_id, $2::uuid AS project_id, d.id
    FROM unnest(ARRAY(
        SELECT q.id
        FROM job_queue q
        WHERE q.org_id = $1 AND q.project_id = $2 AND q.queue = $3 AND q.state IN ('delayed', 'waiting')
            AND q.wake_at <= now()
        ORDER BY q.wake_at
        LIMIT $4
        FOR UPDATE SKIP LOCKED)) d (id)
), promoted AS (
    UPDATE job_queue q
    SET state = 'ready', ready_at = q.wake_at, wake_at = NULL,
        woken_by = CASE WHEN q.state = 'waiting' THEN 'time' ELSE q.woken_by END
    FROM due d
    WHERE q.org_id = d.org_id AND q.project_id = d.project_id AND q.id = d.id
)
SELECT EXISTS (SELECT FROM job_queues s
               WHERE s.org_id = $1 AND s.project_id = $2 AND s.queue IN ($3, '*')
                   AND (s.fair OR coalesce(s.max_running, s.max_running_per_group, s.rate_limit) IS NOT NULL))
       AND NOT EXISTS (SELECT FROM job_queues s
                       WHERE s.org_id = $1 AND s.project_id = $2 AND s.queue IN ($3, '*') AND s.paused)
