-- Attempts of a job that did not complete it, in their order. $1 org, $2 project, $3 job
SELECT a.attempt, a.generation, a.outcome, a.worker, a.started_at, a.ended_at, a.error, a.retry_at
FROM job_attempts a
WHERE a.org_id = $1 AND a.project_id = $2 AND a.job_id = $3
ORDER BY a.generation, a.ended_at
