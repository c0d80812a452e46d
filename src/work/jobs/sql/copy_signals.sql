-- Signals that a job has had, for the one that is its retry. $1 org, $2 project, $3 the old one, $4 the new one
INSERT INTO job_signals (org_id, project_id, job_id, name, payload, sent_by, sent_at)
SELECT s.org_id, s.project_id, $4, s.name, s.payload, s.sent_by, s.sent_at
FROM job_signals s
WHERE s.org_id = $1 AND s.project_id = $2 AND s.job_id = $3
