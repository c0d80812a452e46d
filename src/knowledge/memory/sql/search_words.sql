-- search_candidates without vectors, for when there is no query vector: the join would cost and give nothing.
-- The order is that of the partial index on unindexed rows, so that no plan reads what is indexed.
-- $1 org, $2 project, $3 scopes, $4 now, $5 limit
SELECT m.id, m.lexemes, m.created_at, m.pinned, m.scope, NULL::float8, m.trust
FROM memories m
WHERE m.org_id = $1 AND m.project_id = $2 AND NOT m.indexed AND m.scope = ANY ($3)
    AND m.superseded_by IS NULL
    AND (m.expires_at IS NULL OR m.expires_at > $4)
    AND (m.valid_from IS NULL OR m.valid_from <= $4)
    AND (m.valid_until IS NULL OR m.valid_until > $4)
ORDER BY m.id NULLS FIRST
LIMIT $5
