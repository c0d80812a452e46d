-- Jobs, the last submitted first. Columns as in get.sql, without the contents.
-- $1 org, $2 project, $3 before this id, $4 not before this id, then filters: $5 queue, $6 name,
-- $7 group, $8 parent, $9 limit, $10 whether only those that are complete
SELECT j.id, j.queue, j.name, j.version, j.status, j.key, j.parent_id, j.root_id, j.retry_of, j.forked_from, j.from_point,
       j.group_key, j.priority::int, coalesce(q.attempt, j.attempts), coalesce(q.generation, j.generation), j.max_attempts,
       coalesce(q.worker, j.worker), q.waits_for, j.error, j.stop_reason, q.open_children, j.instance, j.created_at,
       coalesce(q.wake_at, CASE WHEN q.state IS NULL THEN j.run_at END), coalesce(q.first_started_at, j.started_at),
       j.ended_at, q.lease_until, j.retention, q.state
FROM jobs j
    LEFT JOIN LATERAL (SELECT * FROM job_queue b WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = j.id OFFSET 0) q ON true
WHERE j.org_id = $1 AND j.project_id = $2 AND j.id < $3 AND j.id >= $4
    AND ($5::text IS NULL OR j.queue = $5) AND ($6::text IS NULL OR j.name = $6)
    AND ($7::text IS NULL OR j.group_key = $7) AND ($8::uuid IS NULL OR j.parent_id = $8)
    AND (NOT $10 OR j.status = 'complete')
ORDER BY j.id DESC
LIMIT $9
