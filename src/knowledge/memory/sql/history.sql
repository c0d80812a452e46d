-- The earlier versions of a memory, newest first.
-- $1 org, $2 project, $3 memory
SELECT version, state, replaced_at, replaced_by
FROM memory_versions
WHERE org_id = $1 AND project_id = $2 AND memory_id = $3
ORDER BY version DESC
LIMIT 100
