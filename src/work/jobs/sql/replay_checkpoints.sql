-- The last checkpoint of each job that is safe to resume from. $1 org, $2 project, $3 jobs
SELECT n.id, c.seq, c.label, c.step, c.state
FROM unnest($3::uuid[]) AS n (id)
    CROSS JOIN LATERAL (SELECT b.seq, b.label, b.step, b.state FROM job_checkpoints b
                        WHERE b.org_id = $1 AND b.project_id = $2 AND b.job_id = n.id AND b.safe
                        ORDER BY b.seq DESC LIMIT 1) c
