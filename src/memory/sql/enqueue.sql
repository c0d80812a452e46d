-- Asks the filler for the vectors of those of these memories that are there.
-- $1 org, $2 project, $3 memories
INSERT INTO embedding_queue (org_id, project_id, memory_id)
SELECT m.org_id, m.project_id, m.id
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM memories o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
ON CONFLICT DO NOTHING
