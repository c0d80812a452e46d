-- Makes a job ready when it waits for this. $1 org, $2 project, $3 job, $4 what it would wait for → queue, whether it is
-- ready now
UPDATE job_queue q
SET event_seq = q.event_seq + 1,
    state = CASE WHEN q.state = 'waiting' AND q.waits_for = $4 THEN 'ready' ELSE q.state END,
    ready_at = CASE WHEN q.state = 'waiting' AND q.waits_for = $4 THEN now() ELSE q.ready_at END,
    wake_at = CASE WHEN q.state = 'waiting' AND q.waits_for = $4 THEN NULL ELSE q.wake_at END,
    woken_by = CASE WHEN q.state = 'waiting' AND q.waits_for = $4 THEN 'signal' ELSE q.woken_by END
WHERE q.org_id = $1 AND q.project_id = $2 AND q.id = $3
RETURNING q.queue, q.state = 'ready'
