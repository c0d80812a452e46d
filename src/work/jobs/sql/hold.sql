-- Holds live jobs until the transaction ends, the youngest first: a child before its parent, as everywhere.
-- $1 org, $2 project, $3 ids
SELECT q.id
FROM (SELECT DISTINCT w.id FROM unnest($3::uuid[]) AS w (id) ORDER BY w.id DESC) n
    CROSS JOIN LATERAL (SELECT q.id FROM job_queue q WHERE q.org_id = $1 AND q.project_id = $2 AND q.id = n.id FOR UPDATE) q
