-- Finished steps before a place, for a job that takes up another. $1 org, $2 project, $3 the old one, $4 the new one, $5 before
INSERT INTO job_steps (org_id, project_id, job_id, name, seq, attempt, status, title, input_hash, output, started_at,
                       ended_at)
SELECT s.org_id, s.project_id, $4, s.name, s.seq, s.attempt, s.status, s.title, s.input_hash, s.output, s.started_at,
       s.ended_at
FROM job_steps s
WHERE s.org_id = $1 AND s.project_id = $2 AND s.job_id = $3 AND s.status = 'complete' AND s.seq < $5
