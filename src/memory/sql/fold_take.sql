-- Hands the oldest memories outside segments over to the fold and marks them. What somebody is changing is
-- left for the next time. Materialized, or a plan could run the limit more than once.
-- $1 org, $2 project, $3 at most
WITH oldest AS MATERIALIZED (
    SELECT id FROM memories
    WHERE org_id = $1 AND project_id = $2 AND NOT folded
    ORDER BY id
    LIMIT $3
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE memories m SET folded = true
FROM oldest
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = oldest.id
RETURNING m.id, m.lexemes
