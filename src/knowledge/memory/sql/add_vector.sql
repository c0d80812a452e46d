-- The vector of a memory that is there (the insert before it may have found a duplicate); a newer one
-- replaces an older one.
-- $1 org, $2 project, $3 memory, $4 model, $5 vector
INSERT INTO memory_vectors (org_id, project_id, memory_id, model, embedding)
SELECT m.org_id, m.project_id, m.id, $4, $5::halfvec
FROM memories m
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = $3
FOR KEY SHARE
ON CONFLICT (org_id, project_id, memory_id, model) DO UPDATE SET embedding = excluded.embedding
