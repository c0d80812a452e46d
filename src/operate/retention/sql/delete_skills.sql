-- Deletes at most $5 of a tenant's skills that a rule names (delete_batch.sql says why MATERIALIZED).
-- $1 org, $2 project, $3 class, $4 before, $5 at most
WITH due AS MATERIALIZED (
    SELECT id FROM skills
    WHERE org_id = $1 AND project_id = $2 AND retention = $3 AND retention <> 'legal-hold'
        AND greatest(created_at, updated_at) < $4
    LIMIT $5 FOR UPDATE SKIP LOCKED
)
DELETE FROM skills s USING due
WHERE s.org_id = $1 AND s.project_id = $2 AND s.id = due.id
RETURNING s.id
