-- The vectors of a bunch of memories; one that was changed or forgotten meanwhile is left out.
-- $1 org, $2 project, $3 model, $4 memories, $5 hashes of the texts, $6 vectors
INSERT INTO memory_vectors (org_id, project_id, memory_id, model, embedding)
SELECT m.org_id, m.project_id, m.id, $3, n.embedding
FROM unnest($4::uuid[], $5::bytea[], $6::halfvec[]) AS n (id, hash, embedding)
    JOIN memories m ON m.org_id = $1 AND m.project_id = $2 AND m.id = n.id AND m.content_hash = n.hash
FOR KEY SHARE OF m
ON CONFLICT (org_id, memory_id) DO UPDATE SET model = excluded.model, embedding = excluded.embedding
