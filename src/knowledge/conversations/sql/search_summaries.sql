-- The summaries of some scopes that are in no segment, with all that ranking needs.
-- The order is that of the partial index on unindexed rows, so that no plan reads what is indexed.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 question or NULL, $5 model, $6 limit
SELECT s.id, s.lexemes, s.created_at, s.scope, s.thread_id, s.words,
       CASE WHEN s.model = $5 THEN s.embedding <=> $4::halfvec END
FROM chat_summaries s
WHERE s.org_id = $1 AND s.project_id = $2 AND NOT s.indexed
    AND ($3::text[] IS NULL OR s.scope = ANY ($3))
ORDER BY s.id NULLS FIRST
LIMIT $6
