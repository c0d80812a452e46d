-- The words of summaries that were split anew. $1 org, $2 project, $3 summaries, $4 lexemes, $5 words
UPDATE chat_summaries s SET lexemes = n.lexemes, words = n.words
FROM unnest($3::uuid[], $4::sparsevec[], $5::int[]) AS n (id, lexemes, words)
WHERE s.org_id = $1 AND s.project_id = $2 AND s.id = n.id
