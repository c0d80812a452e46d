-- Takes a bunch of due entries for a while: they come back when the filler dies before it is done.
-- Several fillers do not take the same. Materialized, or a plan could run the limit more than once.
-- $1 limit, $2 seconds until they come back
WITH due AS MATERIALIZED (
    SELECT org_id, project_id, memory_id FROM embedding_queue
    WHERE not_before <= now()
    ORDER BY not_before
    LIMIT $1
    FOR UPDATE SKIP LOCKED
)
UPDATE embedding_queue q
SET not_before = now() + make_interval(secs => $2), attempts = q.attempts + 1
FROM due
WHERE q.org_id = due.org_id AND q.project_id = due.project_id AND q.memory_id = due.memory_id
RETURNING q.org_id, q.project_id, q.memory_id
