-- Ends attempts that did not succeed: the job is tried again later, or is failed for good, when that is wished or its
-- attempts are used up. $1 org, $2 project, then one array a column, the youngest first: $3 ids, $4 generations,
-- $5 wishes (retry, fail, release: as if it had not been leased, lost: if the lease has run out), $6 errors,
-- $7 seconds until the next attempt or none: backoff. Then defaults: $8 attempts, $9 backoff seconds, $10 backoff cap
-- → id, outcome, when it is tried again, queue, whether a place became free or the job is ready; for a parent that
-- woke up only the queue
WITH wished AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, d.*
    FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::int[]) AS d (id, generation, wish, error, delay)
), live AS MATERIALIZED (
    SELECT d.org, d.project, d.wish, d.error, d.delay, q.*
    FROM wished d
        CROSS JOIN LATERAL (
            SELECT q.id, q.queue, q.limited, q.attempt, q.generation, q.event_seq, q.worker, q.first_started_at,
                   q.attempt_started_at, q.parent_id
            FROM job_queue q
            WHERE q.org_id = d.org AND q.project_id = d.project AND q.id = d.id AND q.generation = d.generation AND q.lease_until IS NOT NULL
                AND (d.wish <> 'lost' OR q.lease_until < now())
            FOR UPDATE) q
), judged AS MATERIALIZED (
    SELECT l.*, v.outcome,
           CASE WHEN v.outcome = 'retried'
                THEN now() + make_interval(secs => coalesce(l.delay,
                         least(coalesce(j.backoff_cap, s.backoff_cap, $10),
                               coalesce(j.backoff_seconds, s.backoff_seconds, $9) * 2.0 ^ least(l.attempt - 1, 30))
                         * (0.75 + random() / 2)))
           END AS retry_at
    FROM live l
        CROSS JOIN LATERAL (SELECT b.max_attempts, b.backoff_seconds, b.backoff_cap FROM jobs b
                            WHERE b.org_id = l.org AND b.project_id = l.project AND b.id = l.id OFFSET 0) j
        LEFT JOIN LATERAL (SELECT c.max_attempts, c.backoff_seconds, c.backoff_cap FROM job_queues c
                           WHERE c.org_id = l.org AND c.project_id = l.project AND c.queue = l.queue OFFSET 0) s ON true
        CROSS JOIN LATERAL (
            SELECT CASE WHEN l.wish = 'release' THEN 'released'
                        WHEN l.wish = 'fail' OR l.attempt >= coalesce(j.max_attempts, s.max_attempts, $8) THEN 'failed'
                        WHEN l.wish = 'lost' THEN 'lost'
                        ELSE 'retried' END AS outcome OFFSET 0) v
), noted AS (
    INSERT INTO job_attempts (org_id, project_id, job_id, generation, attempt, outcome, worker, started_at, error,
                              retry_at)
    SELECT g.org, g.project, g.id, g.generation, g.attempt, g.outcome, g.worker, g.attempt_started_at, g.error,
           g.retry_at
    FROM judged g
), dead AS (
    DELETE FROM job_queue q USING judged g
    WHERE q.org_id = g.org AND q.project_id = g.project AND q.id = g.id AND g.outcome = 'failed'
    RETURNING g.org, g.project, q.id, q.parent_id
), closed AS (
    UPDATE jobs j
    SET status = 'failed', ended_at = now(), attempts = g.attempt, generation = g.generation,
        event_seq = g.event_seq, worker = g.worker, started_at = g.first_started_at, error = g.error,
        stop_reason = CASE g.wish WHEN 'fail' THEN 'failed' WHEN 'lost' THEN 'lease lost' ELSE 'attempts used up' END
    FROM judged g
    WHERE j.org_id = g.org AND j.project_id = g.project AND j.id = g.id AND g.outcome = 'failed'
), orphaned AS MATERIALIZED (
    SELECT d.org, d.project, d.parent_id, count(*)::int AS children FROM dead d
    WHERE d.parent_id IS NOT NULL GROUP BY d.org, d.project, d.parent_id
), again AS (
    UPDATE job_queue q
    SET state = CASE WHEN g.retry_at > now() THEN 'delayed' ELSE 'ready' END, ready_at = now(),
        wake_at = CASE WHEN g.retry_at > now() THEN g.retry_at END,
        attempt = q.attempt - CASE WHEN g.outcome = 'released' THEN 1 ELSE 0 END,
        generation = q.generation + CASE WHEN g.outcome = 'lost' THEN 0 ELSE 1 END,
        lease_until = NULL, worker = NULL, limited = false,
        open_children = q.open_children
            - coalesce((SELECT o.children FROM orphaned o WHERE o.parent_id = q.id), 0)
    FROM judged g
    WHERE q.org_id = g.org AND q.project_id = g.project AND q.id = g.id AND g.outcome <> 'failed'
), parents AS (
    UPDATE job_queue p
    SET open_children = p.open_children - c.children,
        state = CASE WHEN p.state = 'waiting' AND p.waits_for = 'children' AND p.open_children <= c.children
                     THEN 'ready' ELSE p.state END,
        ready_at = CASE WHEN p.state = 'waiting' AND p.waits_for = 'children' AND p.open_children <= c.children
                        THEN now() ELSE p.ready_at END,
        wake_at = CASE WHEN p.state = 'waiting' AND p.waits_for = 'children' AND p.open_children <= c.children
                       THEN NULL ELSE p.wake_at END,
        woken_by = CASE WHEN p.state = 'waiting' AND p.waits_for = 'children' AND p.open_children <= c.children
                        THEN 'children' ELSE p.woken_by END
    FROM orphaned c
    WHERE p.org_id = c.org AND p.project_id = c.project AND p.id = c.parent_id AND p.id NOT IN (SELECT g.id FROM judged g)
    RETURNING CASE WHEN p.state = 'ready' THEN p.queue END AS woken
)
SELECT g.id, g.outcome, g.retry_at, g.queue, g.limited OR (g.outcome <> 'failed' AND coalesce(g.retry_at <= now(), true))
FROM judged g
UNION ALL
SELECT NULL, NULL, NULL, p.woken, true FROM parents p WHERE p.woken IS NOT NULL
