-- Ends an open action; of two at once the first one ends it.
-- coalesce keeps the planner from the index of all open actions.
-- $1 org, $2 project, $3 message, $4 status, $5 resolution, $6 now, $7 by whom
UPDATE pending_actions
SET status = $4, resolution = $5, resolved_at = $6, resolved_by = $7
WHERE org_id = $1 AND project_id = $2 AND message_id = $3 AND coalesce(status) = 'open'
