-- Letters instead of words: for query words that no visible memory contains, a misspelling most likely.
-- plan: tenant, because it is asked of tenants without segments alone
-- $1 org, $2 project, $3 scopes (NULL: all), $4 now, $5 only what holds now, $6 as of, $7 category, $8 source,
-- $9 type, $10 any tags, $11 all tags, $12 since, $13 until, $14 metadata,
-- $15 the unknown words, $16 limit
SELECT m.id, max(word_similarity(w, m.content)) AS similarity
FROM memories m, unnest($15::text[]) w
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
    AND word_similarity(w, m.content) >= 0.45
GROUP BY m.id
ORDER BY similarity DESC
LIMIT $16
