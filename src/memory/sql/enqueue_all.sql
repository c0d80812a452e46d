-- Asks the filler for every vector this tenant lacks in the given model.
-- $1 org, $2 project, $3 model
INSERT INTO embedding_queue (org_id, project_id, memory_id)
SELECT m.org_id, m.project_id, m.id
FROM memories m
WHERE m.org_id = $1 AND m.project_id = $2
    AND (SELECT v.memory_id FROM memory_vectors v
         WHERE v.org_id = $1 AND v.project_id = $2 AND v.memory_id = m.id AND v.model = $3 LIMIT 1) IS NULL
ON CONFLICT DO NOTHING
