-- Pins a memory or takes the pin out.
-- $1 org, $2 project, $3 id, $4 pinned, $5 now
UPDATE memories SET pinned = $4, updated_at = $5 WHERE org_id = $1 AND project_id = $2 AND id = $3
