-- A job, and how it stands. $1 org, $2 project, $3 id → columns as read_job wants them, then its contents
SELECT j.id, j.queue, j.name, j.version, j.status, j.key, j.parent_id, j.root_id, j.retry_of, j.forked_from, j.from_point,
       j.group_key, j.priority::int, coalesce(q.attempt, j.attempts), coalesce(q.generation, j.generation), j.max_attempts,
       coalesce(q.worker, j.worker), q.waits_for, j.error, j.stop_reason, q.open_children, j.instance, j.created_at,
       coalesce(q.wake_at, CASE WHEN q.state IS NULL THEN j.run_at END), coalesce(q.first_started_at, j.started_at),
       j.ended_at, q.lease_until, j.retention, q.state,
       j.input, j.output, j.metadata, j.origin, j.usage
FROM jobs j
    LEFT JOIN LATERAL (SELECT * FROM job_queue b WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = j.id OFFSET 0) q ON true
WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = $3
