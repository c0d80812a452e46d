-- Makes ready those of these jobs that are due. Gives their queues. $1 org, $2 project, $3 ids
WITH due AS MATERIALIZED (
    SELECT $1::uuid AS org_id, $2::uuid AS project_id, d.id
    FROM unnest(ARRAY(
        SELECT q.id
        FROM unnest($3::uuid[]) w (id)
            CROSS JOIN LATERAL (SELECT j.id, j.state, j.wake_at FROM job_queue j
                                WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = w.id
                                FOR UPDATE SKIP LOCKED) q
        WHERE q.state IN ('delayed', 'waiting') AND q.wake_at <= now())) d (id)
), promoted AS (
    UPDATE job_queue q
    SET state = 'ready', ready_at = q.wake_at, wake_at = NULL,
        woken_by = CASE WHEN q.state = 'waiting' THEN 'time' ELSE q.woken_by END
    FROM due d
    WHERE q.org_id = d.org_id AND q.project_id = d.project_id AND q.id = d.id
    RETURNING q.queue
)
SELECT queue, count(*)::int FROM promoted GROUP BY queue
