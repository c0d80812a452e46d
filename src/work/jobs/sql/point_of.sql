-- Where a job can be taken up again. $1 org, $2 project, $3 job, $4 checkpoint or none, $5 step or none
-- → status, the checkpoint's place or none, whether it is safe, the step's place or none
SELECT j.status, c.seq, c.safe, s.seq
FROM jobs j
    LEFT JOIN job_checkpoints c ON c.org_id = j.org_id AND c.project_id = j.project_id AND c.job_id = j.id AND c.seq = $4
    LEFT JOIN job_steps s ON s.org_id = j.org_id AND s.project_id = j.project_id AND s.job_id = j.id AND s.name = $5
WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = $3
