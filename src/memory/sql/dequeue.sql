-- Done with these.
-- $1 org, $2 project, $3 memories
DELETE FROM embedding_queue WHERE org_id = $1 AND project_id = $2 AND memory_id = ANY ($3)
