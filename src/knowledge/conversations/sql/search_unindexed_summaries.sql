-- The same for summaries.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 weighted terms, $5 limit
SELECT s.id, s.lexemes <#> $4::sparsevec
FROM (SELECT id, lexemes, scope FROM chat_summaries
      WHERE org_id = $1 AND project_id = $2 AND NOT indexed
      ORDER BY id NULLS FIRST OFFSET 0) s
WHERE ($3::text[] IS NULL OR s.scope = ANY ($3)) AND s.lexemes <#> $4::sparsevec < 0
ORDER BY 2
LIMIT $5
