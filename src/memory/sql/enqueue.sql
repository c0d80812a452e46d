-- Asks the filler for the vectors of those of these memories that are there.
-- $1 org, $2 project, $3 memories
INSERT INTO embedding_queue (org_id, project_id, memory_id)
SELECT m.org_id, m.project_id, m.id
FROM memories m
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = ANY ($3)
ON CONFLICT DO NOTHING
