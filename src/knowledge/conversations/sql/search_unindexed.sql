-- The best by words of a large tenant's unindexed items: choosing them here costs less than sending all of it.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 weighted terms, $5 limit
SELECT m.id, m.lexemes <#> $4::sparsevec
FROM (SELECT id, lexemes, scope FROM chat_messages
      WHERE org_id = $1 AND project_id = $2 AND NOT indexed
      ORDER BY id NULLS FIRST OFFSET 0) m
WHERE ($3::text[] IS NULL OR m.scope = ANY ($3)) AND m.lexemes <#> $4::sparsevec < 0
ORDER BY 2
LIMIT $5
