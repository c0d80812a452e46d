-- Deletes at most $5 of a tenant's explanations that dry runs asked to keep (delete_batch.sql says why MATERIALIZED).
-- $1 org, $2 project, $3 class, $4 before, $5 at most
WITH due AS MATERIALIZED (
    SELECT e.id FROM routing_explanations e
    WHERE e.org_id = $1 AND e.project_id = $2 AND $3 = 'ephemeral' AND e.created_at < $4
        AND NOT EXISTS (SELECT FROM delegations d
                        WHERE d.org_id = $1 AND d.project_id = $2 AND d.routing_explanation_id = e.id)
    LIMIT $5 FOR UPDATE OF e SKIP LOCKED
)
DELETE FROM routing_explanations e USING due
WHERE e.org_id = $1 AND e.project_id = $2 AND e.id = due.id
RETURNING e.id
