-- Asks the filler for every vector this tenant lacks in the given model.
-- $1 org, $2 project, $3 model
INSERT INTO embedding_queue (org_id, project_id, memory_id)
SELECT m.org_id, m.project_id, m.id
FROM memories m
    LEFT JOIN memory_vectors v ON v.org_id = m.org_id AND v.memory_id = m.id AND v.model = $3
WHERE m.org_id = $1 AND m.project_id = $2 AND v.memory_id IS NULL
ON CONFLICT DO NOTHING
