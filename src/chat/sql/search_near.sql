-- The messages whose own text is nearest to the question, of all scopes: exact, so for tenants that are not too large.
-- $1 org, $2 project, $3 question, $4 model, $5 limit
SELECT v.message_id
FROM chat_vectors v
WHERE v.org_id = $1 AND v.project_id = $2 AND v.model = $4 AND v.part = 0
ORDER BY v.embedding <=> $3::halfvec
LIMIT $5
