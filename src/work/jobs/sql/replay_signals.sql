-- Signals that jobs have had. $1 org, $2 project, $3 jobs
SELECT n.id, s.name, s.payload, s.sent_by, s.sent_at
FROM unnest($3::uuid[]) AS n (id)
    CROSS JOIN LATERAL (SELECT b.name, b.payload, b.sent_by, b.sent_at FROM job_signals b
                        WHERE b.org_id = $1 AND b.project_id = $2 AND b.job_id = n.id OFFSET 0) s
ORDER BY n.id, s.sent_at, s.name
