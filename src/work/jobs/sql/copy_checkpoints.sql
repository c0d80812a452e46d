-- The safe checkpoints up to a place, for a job that takes up another. $1 org, $2 project, $3 the old one, $4 the new one, $5 up to
INSERT INTO job_checkpoints (org_id, project_id, job_id, seq, step, label, safe, state, hash, bytes)
SELECT c.org_id, c.project_id, $4, c.seq, c.step, c.label, c.safe, c.state, c.hash, c.bytes
FROM job_checkpoints c
WHERE c.org_id = $1 AND c.project_id = $2 AND c.job_id = $3 AND c.safe AND c.seq <= $5
