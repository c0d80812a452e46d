-- The newest messages of one thread, with the columns of search_candidates.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 thread, $5 limit
SELECT m.id, m.lexemes, m.created_at, m.scope, m.thread_id, m.seq, m.speaker, m.words, m.pairs,
       CASE WHEN octet_length(m.content) <= 1000 THEN m.content END, m.kind
FROM chat_messages m
WHERE m.org_id = $1 AND m.project_id = $2 AND m.thread_id = $4
    AND ($3::text[] IS NULL OR m.scope = ANY ($3))
ORDER BY m.seq DESC
LIMIT $5
