-- A delegation by its id or by its key, with the endpoint that its target has now, and what only those need to know who
-- look after it: target id, what is sent, falls back, instance. (A condition with both ways in it reaches no index under
-- row-level security.) $1 org, $2 project, $3 seconds after which nobody looks after it, $4 id or none, $5 key
WITH wanted AS MATERIALIZED (
    SELECT $4::uuid AS id WHERE $4 IS NOT NULL
    UNION ALL
    SELECT k.id FROM delegations k
    WHERE $4 IS NULL AND k.org_id = $1 AND k.project_id = $2 AND k.idempotency_key = $5
)
SELECT d.id, d.local_job_id, d.target,
       coalesce((SELECT nullif(i.endpoint, '') FROM mesh_instances i
                 WHERE i.org_id = $1 AND i.project_id = $2 AND i.id = d.target_id), d.endpoint),
       d.remote_job_id, d.status, d.remote_status, d.for_job_id, d.depth::int, d.path, d.score, d.reason,
       d.routing_explanation_id, d.idempotency_key, d.outcome, d.error, d.attempts,
       d.next_poll_at IS NOT NULL AND d.next_poll_at > now() - make_interval(secs => $3), d.created_at, d.started_at,
       d.ended_at,
       d.target_id, d.payload_redacted::text, d.fallback, d.instance
FROM wanted w
    JOIN delegations d ON d.org_id = $1 AND d.project_id = $2 AND d.id = w.id
