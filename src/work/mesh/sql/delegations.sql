-- Delegations, the last first, a page. $1 org, $2 project, $3 seconds after which nobody looks after it, $4 before
-- this id, $5 how many, $6 of this status and $7 to this target, or none
SELECT d.id, d.local_job_id, d.target,
       coalesce((SELECT nullif(i.endpoint, '') FROM mesh_instances i
                 WHERE i.org_id = $1 AND i.project_id = $2 AND i.id = d.target_id), d.endpoint),
       d.remote_job_id, d.status, d.remote_status, d.for_job_id, d.depth::int, d.path, d.score, d.reason,
       d.routing_explanation_id, d.idempotency_key, d.outcome, d.error, d.attempts,
       d.next_poll_at IS NOT NULL AND d.next_poll_at > now() - make_interval(secs => $3), d.created_at, d.started_at,
       d.ended_at
FROM delegations d
WHERE d.org_id = $1 AND d.project_id = $2 AND d.id < $4 AND ($6::text IS NULL OR d.status = $6)
    AND ($7::text IS NULL OR d.target = $7)
ORDER BY d.id DESC
LIMIT $5
