-- Failed jobs of a queue, the oldest first. $1 org, $2 project, $3 queue, $4 limit
SELECT j.id
FROM job_attempts a
    CROSS JOIN LATERAL (SELECT b.id FROM jobs b
                        WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = a.job_id AND b.status = 'failed'
                            AND b.generation = a.generation AND b.queue = $3 OFFSET 0) j
WHERE a.org_id = $1 AND a.project_id = $2 AND a.outcome = 'failed'
ORDER BY a.job_id
LIMIT $4
