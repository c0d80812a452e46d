-- Takes the tenant's longest due kind for a while: it comes back when the worker dies before it is done. Several workers do
-- not take the same. Materialized, or a plan could run the limit more than once.
-- $1 org, $2 project, $3 kinds that this worker knows, $4 seconds until it comes back
WITH due AS MATERIALIZED (
    SELECT kind FROM segment_queue
    WHERE org_id = $1 AND project_id = $2 AND not_before <= now() AND kind = ANY ($3)
    ORDER BY not_before
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE segment_queue f
SET not_before = now() + make_interval(secs => $4), attempts = f.attempts + 1
FROM due
WHERE f.org_id = $1 AND f.project_id = $2 AND f.kind = due.kind
RETURNING f.kind
