-- The edges that artifacts ask for (graph/source.hpp): their job produced them. $1 org, $2 project, $3 artifacts
SELECT a.id, 'job', a.job_id::text, 'produced_artifact', 'artifact', a.id::text
FROM artifacts a
WHERE a.org_id = $1 AND a.project_id = $2 AND a.id = ANY ($3)
