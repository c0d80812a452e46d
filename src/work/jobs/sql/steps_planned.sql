-- The steps of a job's definition, if it had one when it was submitted, and how they ended; then those beyond it.
-- $1 org, $2 project, $3 job → name, title, complete or failed or neither
WITH job AS MATERIALIZED (
    SELECT j.name, j.version, j.created_at FROM jobs j WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = $3
), planned AS (
    SELECT p.step ->> 'name' AS name, p.step ->> 'title' AS title, p.place
    FROM job
        JOIN job_definitions d ON d.org_id = $1 AND d.project_id = $2 AND d.name = job.name
            AND d.version = job.version AND d.created_at <= job.created_at
        CROSS JOIN LATERAL jsonb_array_elements(d.steps) WITH ORDINALITY AS p (step, place)
), done AS (
    SELECT s.name, s.title, s.seq, s.status FROM job_steps s
    WHERE s.org_id = $1 AND s.project_id = $2 AND s.job_id = $3
)
SELECT coalesce(p.name, s.name), coalesce(p.title, s.title, p.name, s.name), s.status
FROM planned p FULL JOIN done s ON s.name = p.name
ORDER BY p.place NULLS LAST, s.seq
