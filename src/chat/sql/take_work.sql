-- Takes a bunch of due work for a while: it comes back when the worker dies before it is done. Several workers
-- do not take the same. Materialized, or a plan could run the limit more than once.
-- $1 task, $2 limit, $3 seconds until it comes back
WITH due AS MATERIALIZED (
    SELECT org_id, project_id, thread_id, task, from_seq, to_seq
    FROM chat_work
    WHERE task = $1 AND not_before <= now()
    ORDER BY not_before
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
UPDATE chat_work w
SET not_before = now() + make_interval(secs => $3), attempts = w.attempts + 1
FROM due
WHERE w.org_id = due.org_id AND w.project_id = due.project_id AND w.thread_id = due.thread_id AND w.task = due.task
    AND w.from_seq = due.from_seq AND w.to_seq = due.to_seq
RETURNING w.org_id, w.project_id, w.thread_id, w.from_seq, w.to_seq, w.queued_at
