-- All skills with what ranking needs, scored by the caller; the last changed first, for there may be more than it
-- plan: tenant, because skills are few and all are scored
-- looks at. $1 org, $2 project, $3 query vector or NULL, $4 its model, $5 limit
SELECT s.id, s.lexemes, s.updated_at, CASE WHEN s.model = $4 THEN s.embedding <=> $3::halfvec END
FROM skills s
WHERE s.org_id = $1 AND s.project_id = $2
ORDER BY s.updated_at DESC, s.id
LIMIT $5
