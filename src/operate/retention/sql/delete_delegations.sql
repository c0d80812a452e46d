-- Deletes at most $5 of a tenant's ended delegations that a rule names, and by cascade their events; gives their ids
-- and those of their explanations. $1 org, $2 project, $3 class, $4 before
WITH due AS MATERIALIZED (
    SELECT d.id FROM delegations d
    WHERE d.org_id = $1 AND d.project_id = $2 AND d.retention = $3 AND d.retention <> 'legal-hold'
        AND d.ended_at < $4
    ORDER BY d.id
    LIMIT $5 FOR UPDATE SKIP LOCKED
)
DELETE FROM delegations d USING due
WHERE d.org_id = $1 AND d.project_id = $2 AND d.id = due.id
RETURNING d.id, d.routing_explanation_id
