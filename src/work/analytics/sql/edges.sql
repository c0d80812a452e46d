-- The edges that annotations ask for (graph/source.hpp): each speaks of its job. $1 org, $2 project, $3 annotations
SELECT a.id, 'annotation', a.id::text, 'references', 'job', a.job::text
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM annotations r
                        WHERE r.org_id = $1 AND r.project_id = $2 AND r.id = i.id LIMIT 1) a
WHERE a.job IS NOT NULL
