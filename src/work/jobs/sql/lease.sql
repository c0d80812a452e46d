-- Leases the first jobs of a queue: the lowest priority, then the longest ready. Nobody waits for anybody: what
-- another transaction is leasing is passed over. (The array is there for the planner: what a LIMIT $4 lets through it
-- guesses as a tenth of the table, and reads all of it to join.) A queue that is
-- paused gives nothing, and one that has limits only to who holds its row and has counted ($8); so with all queues (*).
-- $1 org, $2 project, $3 queue, $4 how many at most, $5 worker, $6 lease seconds or none: the job's, the queue's,
-- or $9, $7 names or none: any, $8 limits are kept by the caller, $10, $11 the priority and the time to begin at
-- (fronts.hpp). Every row also has its own, the time two seconds ago at the latest, and the microseconds of the search.
WITH setting AS MATERIALIZED (
    SELECT max(s.lease_seconds) AS lease_seconds, bool_or(s.paused) AS paused,
           bool_or(s.paused OR s.fair
                   OR coalesce(s.max_running, s.max_running_per_group, s.rate_limit) IS NOT NULL) AS gated
    FROM job_queues s
    WHERE s.org_id = $1 AND s.project_id = $2 AND s.queue IN ($3, '*')
), picked AS MATERIALIZED (
    SELECT $1::uuid AS org_id, $2::uuid AS project_id, p.id, p.place, clock_timestamp() AS found_at
    FROM unnest(ARRAY(
        SELECT q.id
        FROM job_queue q
        WHERE q.org_id = $1 AND q.project_id = $2 AND q.queue = $3 AND q.state = 'ready'
            AND (q.priority, q.ready_at) >= ($10::smallint, $11::timestamptz)
            AND ($7::text[] IS NULL OR q.name = ANY ($7))
        ORDER BY q.priority, q.ready_at, q.id
        LIMIT CASE WHEN (SELECT CASE WHEN $8 THEN paused ELSE gated END FROM setting) THEN 0 ELSE $4 END
        FOR UPDATE SKIP LOCKED)) WITH ORDINALITY p (id, place)
), leased AS (
    UPDATE job_queue q
    SET state = 'running', attempt = q.attempt + 1, generation = q.generation + 1, worker = $5, limited = $8,
        granted_seconds = coalesce($6, q.lease_seconds, (SELECT lease_seconds FROM setting), $9),
        lease_until = now() + make_interval(secs => coalesce($6, q.lease_seconds,
                                                             (SELECT lease_seconds FROM setting), $9)),
        attempt_started_at = now(), first_started_at = coalesce(q.first_started_at, now())
    FROM picked p
    WHERE q.org_id = p.org_id AND q.project_id = p.project_id AND q.id = p.id
    RETURNING q.org_id, q.project_id, q.id, p.place, q.attempt, q.generation, q.lease_until,
              q.event_seq, q.waits_for, q.woken_by, q.priority, q.ready_at, p.found_at
)
SELECT l.id, j.name, j.version, j.input, l.attempt, l.generation, l.lease_until, l.event_seq, l.waits_for, l.woken_by,
       j.parent_id, j.group_key, j.metadata,
       l.priority::int, least(l.ready_at, now() - interval '2 seconds'),
       (extract(epoch FROM l.found_at - statement_timestamp()) * 1000000)::int
FROM leased l
    CROSS JOIN LATERAL (SELECT b.name, b.version, b.input, b.parent_id, b.group_key, b.metadata FROM jobs b
                        WHERE b.org_id = l.org_id AND b.project_id = l.project_id AND b.id = l.id OFFSET 0) j
ORDER BY l.place
