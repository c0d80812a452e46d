-- A job's signal of a name. $1 org, $2 project, $3 job, $4 name → whether there is the job; the signal or none
SELECT j.id IS NOT NULL, s.payload, s.sent_by, s.sent_at
FROM (SELECT 1) AS one
    LEFT JOIN jobs j ON j.org_id = $1 AND j.project_id = $2 AND j.id = $3
    LEFT JOIN job_signals s ON s.org_id = $1 AND s.project_id = $2 AND s.job_id = $3 AND s.name = $4
