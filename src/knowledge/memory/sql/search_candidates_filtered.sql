-- The same with every filter: any scope, as of a time, category, source, type, tags, times, metadata.
-- The order is that of the partial index on unindexed rows, so that no plan reads what is indexed.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 now, $5 only what holds now, $6 as of, $7 category, $8 source,
-- $9 type, $10 any tags, $11 all tags, $12 since, $13 until, $14 metadata,
-- $15 query vector or NULL, $16 model, $17 limit
SELECT m.id, m.lexemes, m.created_at, m.pinned, m.scope, v.embedding <=> $15::halfvec, m.trust
FROM memories m
    LEFT JOIN LATERAL (SELECT o.embedding FROM memory_vectors o
                       WHERE o.org_id = $1 AND o.project_id = $2 AND o.memory_id = m.id AND o.model = $16 LIMIT 1) v
        ON $15::halfvec IS NOT NULL
WHERE m.org_id = $1 AND m.project_id = $2 AND NOT m.indexed
    AND ($3::text[] IS NULL OR m.scope = ANY ($3))
    AND (m.expires_at IS NULL OR m.expires_at > $4)
    AND (NOT $5::boolean OR (m.superseded_by IS NULL AND (m.valid_until IS NULL OR m.valid_until > $4)
                             AND (m.valid_from IS NULL OR m.valid_from <= $4)))
    AND ($6::timestamptz IS NULL
         OR (coalesce(m.valid_from, m.created_at) <= $6 AND (m.valid_until IS NULL OR m.valid_until > $6)))
    AND ($7::text IS NULL OR m.category = $7)
    AND ($8::text IS NULL OR m.source = $8)
    AND ($9::text IS NULL OR m.type = $9)
    AND ($10::text[] IS NULL OR m.tags && $10)
    AND ($11::text[] IS NULL OR m.tags @> $11)
    AND ($12::timestamptz IS NULL OR m.created_at >= $12)
    AND ($13::timestamptz IS NULL OR m.created_at < $13)
    AND ($14::jsonb IS NULL OR m.metadata @> $14)
ORDER BY m.id NULLS FIRST
LIMIT $17
