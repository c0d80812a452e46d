-- Takes a batch of a tenant's entries for a while: they come back when the worker dies before it is done. Several workers
-- do not take the same. Materialized, or a plan could run the limit more than once.
-- $1 org, $2 project, $3 limit, $4 seconds until they come back
WITH due AS MATERIALIZED (
    SELECT q.memory_id FROM embedding_queue q
    WHERE q.org_id = $1 AND q.project_id = $2 AND q.not_before <= now()
    ORDER BY q.not_before
    LIMIT $3
    FOR UPDATE SKIP LOCKED
)
UPDATE embedding_queue q
SET not_before = now() + make_interval(secs => $4), attempts = q.attempts + 1
FROM due
WHERE q.org_id = $1 AND q.project_id = $2 AND q.memory_id = due.memory_id
RETURNING q.memory_id, q.queued_at, q.attempts
