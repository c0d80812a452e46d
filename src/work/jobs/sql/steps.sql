-- Steps of a job in their order. $1 org, $2 project, $3 job
SELECT s.name, s.seq, s.attempt, s.status, s.title, s.output, s.error, s.started_at, s.ended_at
FROM job_steps s
WHERE s.org_id = $1 AND s.project_id = $2 AND s.job_id = $3
ORDER BY s.seq
