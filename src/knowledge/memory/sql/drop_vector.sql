-- The vector of a text that is no longer the memory's.
-- $1 org, $2 project, $3 memory
DELETE FROM memory_vectors WHERE org_id = $1 AND project_id = $2 AND memory_id = $3
