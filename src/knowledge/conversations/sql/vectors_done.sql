-- The work on these messages' vectors is done; what was asked for anew meanwhile stays.
-- $1 org, $2 project, $3 thread, $4 places, $5 when they were queued
DELETE FROM chat_work w
USING unnest($4::int[], $5::timestamptz[]) AS n (seq, queued)
WHERE w.org_id = $1 AND w.project_id = $2 AND w.thread_id = $3 AND w.task = 'vectors'
    AND w.from_seq = n.seq AND w.to_seq = n.seq AND w.queued_at = n.queued
