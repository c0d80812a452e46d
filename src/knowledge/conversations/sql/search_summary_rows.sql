-- The same for summaries that the segments have found.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 question or NULL, $5 model, $6 summaries
SELECT s.id, s.lexemes, s.created_at, s.scope, s.thread_id, s.words,
       CASE WHEN s.model = $5 THEN s.embedding <=> $4::halfvec END
FROM unnest($6::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_summaries r
                        WHERE r.org_id = $1 AND r.project_id = $2 AND r.id = i.id LIMIT 1) s
WHERE ($3::text[] IS NULL OR s.scope = ANY ($3))
