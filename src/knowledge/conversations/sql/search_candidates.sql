-- The messages of some scopes that are in no segment, with all that ranking needs but their vectors. Of long
-- ones the text stays away: what is compared of it is in its words.
-- The order is that of the partial index on unindexed rows, so that no plan reads what is indexed.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 limit
SELECT m.id, m.lexemes, m.created_at, m.scope, m.thread_id, m.seq, m.speaker, m.words, m.pairs,
       CASE WHEN octet_length(m.content) <= 1000 THEN m.content END, m.kind
FROM chat_messages m
WHERE m.org_id = $1 AND m.project_id = $2 AND NOT m.indexed
    AND ($3::text[] IS NULL OR m.scope = ANY ($3))
ORDER BY m.id NULLS FIRST
LIMIT $4
