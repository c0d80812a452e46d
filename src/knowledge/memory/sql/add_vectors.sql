-- The vectors of a batch of memories; one that was changed or forgotten meanwhile is left out. Of the active model: an item
-- has one vector, those of other models go.
-- $1 org, $2 project, $3 model, $4 memories, $5 hashes of the texts, $6 vectors, $7 whether the model is the active one
WITH there AS MATERIALIZED (
    SELECT m.id, n.embedding
    FROM unnest($4::uuid[], $5::bytea[], $6::halfvec[]) AS n (id, hash, embedding)
        CROSS JOIN LATERAL (SELECT o.id FROM memories o
                            WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = n.id AND o.content_hash = n.hash
                            LIMIT 1 FOR KEY SHARE) m
), replaced AS (
    DELETE FROM memory_vectors v USING there t
    WHERE v.org_id = $1 AND v.project_id = $2 AND v.memory_id = t.id AND v.model <> $3 AND $7::boolean
)
INSERT INTO memory_vectors (org_id, project_id, memory_id, model, embedding)
SELECT $1, $2, t.id, $3, t.embedding FROM there t
ON CONFLICT (org_id, project_id, memory_id, model) DO UPDATE SET embedding = excluded.embedding
