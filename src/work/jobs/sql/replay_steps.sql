-- Finished steps of jobs, in their order. $1 org, $2 project, $3 jobs
SELECT n.id, s.name, s.output
FROM unnest($3::uuid[]) AS n (id)
    CROSS JOIN LATERAL (SELECT b.name, b.output, b.seq FROM job_steps b
                        WHERE b.org_id = $1 AND b.project_id = $2 AND b.job_id = n.id AND b.status = 'complete' OFFSET 0) s
ORDER BY n.id, s.seq
