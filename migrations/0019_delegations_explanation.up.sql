-- Which delegations an explanation belongs to: asked for each that retention deletes.
-- stele:no-transaction
SET lock_timeout = '5s';
CREATE INDEX CONCURRENTLY IF NOT EXISTS delegations_explanation ON delegations (org_id, project_id, routing_explanation_id)
    WHERE routing_explanation_id IS NOT NULL;
