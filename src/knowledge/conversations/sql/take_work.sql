-- Takes a batch of a tenant's due work for a while: it comes back when the worker dies before it is done. Several workers
-- do not take the same. Materialized, or a plan could run the limit more than once.
-- $1 org, $2 project, $3 task, $4 limit, $5 seconds until it comes back
WITH due AS MATERIALIZED (
    SELECT thread_id, from_seq, to_seq
    FROM chat_work
    WHERE org_id = $1 AND project_id = $2 AND task = $3 AND not_before <= now()
    ORDER BY not_before
    LIMIT $4
    FOR UPDATE SKIP LOCKED
)
UPDATE chat_work w
SET not_before = now() + make_interval(secs => $5), attempts = w.attempts + 1
FROM due
WHERE w.org_id = $1 AND w.project_id = $2 AND w.thread_id = due.thread_id AND w.task = $3
    AND w.from_seq = due.from_seq AND w.to_seq = due.to_seq
RETURNING w.thread_id, w.from_seq, w.to_seq, w.queued_at, w.attempts
