-- Suspends jobs that the transaction holds: whatever could wake them waits for it, so what is not here yet will find
-- them waiting. What is here already makes them ready at once. The attempt does not count.
-- $1 org, $2 project, then one array a column, the youngest first: $3 jobs, $4 generations, $5 what they wait for,
-- $6 until when, or none → job, whether it is ready, its queue when that or a place in it concerns somebody
WITH said AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, s.*
    FROM unnest($3::uuid[], $4::int[], $5::text[], $6::timestamptz[]) AS s (job, generation, waits_for, wake_at)
), live AS MATERIALIZED (
    SELECT s.*, q.queue, q.limited, q.attempt, q.worker, q.attempt_started_at,
           CASE WHEN s.waits_for = 'children' THEN q.open_children <= 0
                WHEN s.waits_for = 'sleep' THEN s.wake_at <= now()
                ELSE EXISTS (SELECT FROM job_signals g
                             WHERE g.org_id = s.org AND g.project_id = s.project AND g.job_id = s.job
                                 AND g.name = CASE WHEN s.waits_for LIKE 'signal:%' THEN substr(s.waits_for, 8)
                                                   ELSE s.waits_for END) END AS there
    FROM said s
        CROSS JOIN LATERAL (SELECT * FROM job_queue b
                            WHERE b.org_id = s.org AND b.project_id = s.project AND b.id = s.job AND b.generation = s.generation
                                AND b.lease_until IS NOT NULL OFFSET 0) q
), noted AS (
    INSERT INTO job_attempts (org_id, project_id, job_id, generation, attempt, outcome, worker, started_at, error,
                              retry_at)
    SELECT l.org, l.project, l.job, l.generation, l.attempt, 'suspended', l.worker, l.attempt_started_at, l.waits_for,
           l.wake_at
    FROM live l
), suspended AS (
    UPDATE job_queue q
    SET state = CASE WHEN l.there THEN 'ready' ELSE 'waiting' END, waits_for = l.waits_for,
        woken_by = CASE WHEN NOT l.there THEN NULL WHEN l.waits_for = 'children' THEN 'children'
                        WHEN l.waits_for = 'sleep' THEN 'time' ELSE 'signal' END,
        wake_at = CASE WHEN NOT l.there THEN l.wake_at END, ready_at = now(), lease_until = NULL, worker = NULL,
        limited = false, attempt = q.attempt - 1, generation = q.generation + 1
    FROM live l
    WHERE q.org_id = l.org AND q.project_id = l.project AND q.id = l.job
)
SELECT l.job, l.there, CASE WHEN l.there OR l.limited THEN l.queue END FROM live l
