-- Puts a thread's work back that could not be done; what was asked for anew meanwhile stays as it is.
-- $1 org, $2 project, $3 thread, $4 task, $5 from, $6 to, $7 when it was queued, $8 milliseconds until it is due, $9 attempts
UPDATE chat_work w
SET not_before = now() + make_interval(secs => n.ms / 1000.0), attempts = n.attempts
FROM unnest($5::int[], $6::int[], $7::timestamptz[], $8::int[], $9::int[]) n (first, last, queued, ms, attempts)
WHERE w.org_id = $1 AND w.project_id = $2 AND w.thread_id = $3 AND w.task = $4
    AND w.from_seq = n.first AND w.to_seq = n.last AND w.queued_at = n.queued
