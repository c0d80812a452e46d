-- What goes with jobs that go: the graph knows them, too. $1 org, $2 project, $3 jobs
SELECT a.id
FROM unnest($3::uuid[]) j (id)
    CROSS JOIN LATERAL (SELECT o.id FROM artifacts o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.job_id = j.id OFFSET 0) a
