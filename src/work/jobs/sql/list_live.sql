-- Live jobs, the last submitted first: as list.sql, by way of job_queue.
-- $1 org, $2 project, $3 before this id, $4 not before this id, then filters: $5 queue, $6 name,
-- $7 group, $8 parent, $9 limit, $10 states
SELECT j.id, j.queue, j.name, j.version, j.status, j.key, j.parent_id, j.root_id, j.retry_of, j.forked_from, j.from_point,
       j.group_key, j.priority::int, coalesce(q.attempt, j.attempts), coalesce(q.generation, j.generation), j.max_attempts,
       coalesce(q.worker, j.worker), q.waits_for, j.error, j.stop_reason, q.open_children, j.instance, j.created_at,
       coalesce(q.wake_at, CASE WHEN q.state IS NULL THEN j.run_at END), coalesce(q.first_started_at, j.started_at),
       j.ended_at, q.lease_until, j.retention, q.state
FROM job_queue q
    CROSS JOIN LATERAL (SELECT * FROM jobs b
                        WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = q.id OFFSET 0) j
WHERE q.org_id = $1 AND q.project_id = $2 AND q.id < $3 AND q.id >= $4
    AND q.state = ANY ($10::text[])
    AND ($5::text IS NULL OR j.queue = $5) AND ($6::text IS NULL OR j.name = $6)
    AND ($7::text IS NULL OR j.group_key = $7) AND ($8::uuid IS NULL OR j.parent_id = $8)
ORDER BY q.id DESC
LIMIT $9
