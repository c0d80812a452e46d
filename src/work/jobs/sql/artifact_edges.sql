-- The edges that artifacts ask for (graph/source.hpp): their job produced them. $1 org, $2 project, $3 artifacts
SELECT a.id, 'job', a.job_id::text, 'produced_artifact', 'artifact', a.id::text
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM artifacts o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) a
