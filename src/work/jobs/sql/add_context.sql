-- Says something to a live job: an event at its next place. $1 org, $2 project, $3 job, $4 payload → place
WITH place AS (
    UPDATE job_queue q SET event_seq = q.event_seq + 1 WHERE q.org_id = $1 AND q.project_id = $2 AND q.id = $3 RETURNING q.event_seq
)
INSERT INTO job_events (org_id, project_id, job_id, seq, type, payload)
SELECT $1, $2, $3, p.event_seq, 'context', $4::text::jsonb FROM place p
RETURNING seq
