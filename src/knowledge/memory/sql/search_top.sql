-- The arms of a large scope: the best by words, by meaning and by age, each scored over everything visible.
-- The words' weights carry the inverse document frequency, which the candidate set's sample gave.
-- plan: tenant, because no segment has what the filter asks for
-- $1 org, $2 project, $3 scopes (NULL: all), $4 now, $5 only what holds now, $6 as of, $7 category, $8 source,
-- $9 type, $10 any tags, $11 all tags, $12 since, $13 until, $14 metadata,
-- $15 query vector or NULL, $16 model, $17 candidates an arm, $18 weighted query terms
WITH visible AS MATERIALIZED (
    SELECT m.id, m.lexemes, m.created_at, m.pinned, m.scope, m.trust
    FROM memories m
    WHERE m.org_id = $1 AND m.project_id = $2
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
    AND m.created_at >= coalesce($12::timestamptz, '-infinity')
    AND m.created_at < coalesce($13::timestamptz, 'infinity')
    AND ($14::jsonb IS NULL OR m.metadata @> $14)
), picked AS (
    (SELECT id FROM visible WHERE lexemes <#> $18::sparsevec < 0 ORDER BY lexemes <#> $18::sparsevec
     LIMIT $17)
    UNION
    (SELECT v.memory_id
     FROM visible
         CROSS JOIN LATERAL (SELECT o.memory_id, o.embedding FROM memory_vectors o
                             WHERE o.org_id = $1 AND o.project_id = $2 AND o.memory_id = visible.id AND o.model = $16
                             LIMIT 1) v
     WHERE $15::halfvec IS NOT NULL
     ORDER BY v.embedding <=> $15::halfvec LIMIT $17)
    UNION
    (SELECT id FROM visible ORDER BY pinned DESC, created_at DESC LIMIT $17)
)
SELECT a.id, a.lexemes, a.created_at, a.pinned, a.scope, v.embedding <=> $15::halfvec, a.trust
FROM visible a
    JOIN picked p ON p.id = a.id
    LEFT JOIN LATERAL (SELECT o.embedding FROM memory_vectors o
                       WHERE o.org_id = $1 AND o.project_id = $2 AND o.memory_id = a.id AND o.model = $16 LIMIT 1) v
        ON $15::halfvec IS NOT NULL
