-- Deletes at most $6 of a tenant's memories that a rule names; versions, vectors and the queue follow;
-- the caller purges the segments of what was indexed. What
-- somebody is working on is left for the next run. MATERIALIZED bounds it: a plan that ran the sub-select
-- again for every row would lock and delete the next $6 each time.
-- $1 org, $2 project, $3 class, $4 by expiry (else by the last change), $5 before, $6 at most
WITH due AS MATERIALIZED (
    SELECT id FROM memories
    WHERE org_id = $1 AND project_id = $2 AND retention = $3 AND retention <> 'legal-hold'
      AND CASE WHEN $4 THEN expires_at ELSE greatest(created_at, updated_at) END < $5
    LIMIT $6 FOR UPDATE SKIP LOCKED
)
DELETE FROM memories m USING due
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = due.id
RETURNING m.id, CASE WHEN m.indexed THEN m.lexemes END
