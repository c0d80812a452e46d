-- Hands the oldest messages outside segments over to the segment builder and marks them; knowledge/memory/sql/take_unindexed.sql tells why it
-- is written this way.
-- $1 org, $2 project, $3 at most
WITH oldest AS MATERIALIZED (
    SELECT org_id, project_id, id FROM chat_messages
    WHERE org_id = $1 AND project_id = $2 AND NOT indexed
    ORDER BY id NULLS FIRST
    LIMIT $3
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE chat_messages m SET indexed = true
FROM oldest o
WHERE m.org_id = o.org_id AND m.project_id = o.project_id AND m.id = o.id
RETURNING m.id, m.lexemes
