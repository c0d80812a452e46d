-- Deletes at most $5 of a tenant's annotations that a rule names (delete_batch.sql says why MATERIALIZED); where a
-- person's goes and a program's stays, that one counts again.
-- $1 org, $2 project, $3 class, $4 before, $5 at most
WITH due AS MATERIALIZED (
    SELECT id FROM annotations
    WHERE org_id = $1 AND project_id = $2 AND retention = $3 AND retention <> 'legal-hold'
        AND greatest(created_at, updated_at) < $4
    LIMIT $5 FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM annotations a USING due
    WHERE a.org_id = $1 AND a.project_id = $2 AND a.id = due.id
    RETURNING a.id, a.job_id, a.origin
), counted AS (
    UPDATE annotations a SET counts = true
    FROM gone g
    WHERE g.origin = 'human' AND a.org_id = $1 AND a.project_id = $2 AND a.job_id = g.job_id AND a.origin = 'auto'
        AND NOT EXISTS (SELECT FROM due d WHERE d.id = a.id)
)
SELECT id FROM gone
