-- Hands the oldest memories outside segments over to the fold and marks them. What somebody is changing is
-- left for the next time. NULLS FIRST, though there are none, is the order of memories_unindexed alone: no other
-- index could be taken for it, which would read all that is indexed already.
-- $1 org, $2 project, $3 at most
WITH oldest AS MATERIALIZED (
    SELECT org_id, project_id, id FROM memories
    WHERE org_id = $1 AND project_id = $2 AND NOT indexed
    ORDER BY id NULLS FIRST
    LIMIT $3
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE memories m SET indexed = true
FROM oldest o
WHERE m.org_id = o.org_id AND m.project_id = o.project_id AND m.id = o.id
RETURNING m.id, m.lexemes
