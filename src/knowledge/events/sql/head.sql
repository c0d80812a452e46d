-- How far a tenant's stream goes. $1 org, $2 project
SELECT coalesce((SELECT h.last_id FROM event_heads h WHERE h.org_id = $1 AND h.project_id = $2), 0)
