-- Hands the oldest memories outside segments over to the segment builder and marks them. What somebody is changing is
-- left for the next time. NULLS FIRST, though there are none, is the order of memories_unindexed alone: no other
-- index could be taken for it, which would read all that is indexed already. The rows are held, so their places
-- (ctid) stay: by key the planner may take memories_recent while there are no statistics, and walk the tenant for each.
-- $1 org, $2 project, $3 at most
WITH oldest AS MATERIALIZED (
    SELECT ctid AS place FROM memories
    WHERE org_id = $1 AND project_id = $2 AND NOT indexed
    ORDER BY id NULLS FIRST
    LIMIT $3
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE memories m SET indexed = true
FROM oldest o
WHERE m.ctid = o.place AND m.org_id = $1 AND m.project_id = $2
RETURNING m.id, m.lexemes
