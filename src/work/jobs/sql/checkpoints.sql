-- Checkpoints of a job, without what they hold. $1 org, $2 project, $3 job
SELECT c.seq, c.step, c.label, c.safe, c.created_at, c.bytes, c.hash
FROM job_checkpoints c
WHERE c.org_id = $1 AND c.project_id = $2 AND c.job_id = $3
ORDER BY c.seq
