-- The newest messages of a large tenant's unindexed items: who takes part, and what was said last.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 limit
SELECT m.id, m.speaker
FROM chat_messages m
WHERE m.org_id = $1 AND m.project_id = $2 AND NOT m.indexed
    AND ($3::text[] IS NULL OR m.scope = ANY ($3))
ORDER BY m.id DESC NULLS LAST
LIMIT $4
