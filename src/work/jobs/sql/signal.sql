-- Keeps a signal for a live job that the transaction holds; of one name the first is the signal.
-- $1 org, $2 project, $3 job, $4 name, $5 payload, $6 who
INSERT INTO job_signals (org_id, project_id, job_id, name, payload, sent_by)
SELECT $1, $2, q.id, $4, $5::text::jsonb, $6
FROM job_queue q
WHERE q.org_id = $1 AND q.project_id = $2 AND q.id = $3
ON CONFLICT (org_id, project_id, job_id, name) DO NOTHING
RETURNING name
