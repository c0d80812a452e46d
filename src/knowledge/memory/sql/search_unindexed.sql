-- Of a large tenant's unindexed items the best by words, the newest and what is pinned: choosing them here costs less than sending
-- all of it.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 now, $5 only what holds now, $6 as of, $7 category, $8 source,
-- $9 type, $10 any tags, $11 all tags, $12 since, $13 until, $14 metadata,
-- $15 candidates by words, $16 weighted query terms, $17 of the newest
-- → id, what its words are worth (negative), or none for those that come as the newest
WITH unindexed AS MATERIALIZED (
    SELECT m.id, m.created_at, m.pinned, m.lexemes <#> $16::sparsevec AS distance
    FROM memories m
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
)
(SELECT id, distance FROM unindexed WHERE distance < 0 ORDER BY distance LIMIT $15)
UNION ALL
(SELECT id, NULL FROM unindexed ORDER BY pinned DESC, created_at DESC LIMIT $17)
