-- Takes the tenant that has been due for longest, for a while: it comes back when the worker dies. A row that a writer
-- counts on (stele_is_announced) is skipped until that writer has committed. Materialized, or a plan could run the limit
-- more than once.
-- $1 task, $2 seconds until it comes back
WITH due AS MATERIALIZED (
    SELECT id FROM due_work
    WHERE task = $1 AND due_at <= now()
    ORDER BY due_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE due_work w
SET due_at = now() + make_interval(secs => $2), attempts = w.attempts + 1
FROM due
WHERE w.id = due.id
RETURNING w.id, w.org_id, w.project_id, w.attempts
