-- The fast way in: what is alive in the named scopes and in no segment, with all that ranking needs, scored by
-- the caller.
-- The order is that of the partial index on unindexed rows, so that no plan reads what is indexed.
-- $1 org, $2 project, $3 scopes, $4 now, $5 query vector or NULL, $6 model, $7 limit
SELECT m.id, m.lexemes, m.created_at, m.pinned, m.scope, v.embedding <=> $5::halfvec, m.trust
FROM memories m
    LEFT JOIN LATERAL (SELECT o.embedding FROM memory_vectors o
                       WHERE o.org_id = $1 AND o.project_id = $2 AND o.memory_id = m.id AND o.model = $6 LIMIT 1) v
        ON $5::halfvec IS NOT NULL
WHERE m.org_id = $1 AND m.project_id = $2 AND NOT m.indexed AND m.scope = ANY ($3)
    AND m.superseded_by IS NULL
    AND (m.expires_at IS NULL OR m.expires_at > $4)
    AND (m.valid_from IS NULL OR m.valid_from <= $4)
    AND (m.valid_until IS NULL OR m.valid_until > $4)
ORDER BY m.id NULLS FIRST
LIMIT $7
