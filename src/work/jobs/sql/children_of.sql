-- Children of jobs, the youngest first, live or not. $1 org, $2 project, $3 parents
SELECT c.id
FROM unnest($3::uuid[]) AS n (id)
    CROSS JOIN LATERAL (SELECT j.id FROM jobs j
                        WHERE j.org_id = $1 AND j.project_id = $2 AND j.parent_id = n.id OFFSET 0) c
ORDER BY c.id DESC
