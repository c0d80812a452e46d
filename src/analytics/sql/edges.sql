-- The edges that annotations ask for (graph/source.hpp): each speaks of its job. $1 org, $2 project, $3 annotations
SELECT a.id, 'annotation', a.id::text, 'references', 'job', a.job::text
FROM annotations a
WHERE a.org_id = $1 AND a.project_id = $2 AND a.id = ANY ($3) AND a.job IS NOT NULL
