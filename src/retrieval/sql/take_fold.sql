-- Takes the longest due tenant and kind for a while: they come back when the worker dies before it is done.
-- Several workers do not take the same. Materialized, or a plan could run the limit more than once.
-- $1 kinds that this worker knows, $2 seconds until they come back
WITH due AS MATERIALIZED (
    SELECT org_id, project_id, kind FROM segment_queue
    WHERE not_before <= now() AND kind = ANY ($1)
    ORDER BY not_before
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE segment_queue f
SET not_before = now() + make_interval(secs => $2), attempts = f.attempts + 1
FROM due
WHERE f.org_id = due.org_id AND f.project_id = due.project_id AND f.kind = due.kind
RETURNING f.org_id, f.project_id, f.kind
