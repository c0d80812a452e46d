-- Work on a thread that is given up.
-- $1 org, $2 project, $3 thread, $4 task, $5 from, $6 to, $7 when it was queued
DELETE FROM chat_work
WHERE org_id = $1 AND project_id = $2 AND thread_id = $3 AND task = $4 AND from_seq = $5 AND to_seq = $6
    AND queued_at = $7
