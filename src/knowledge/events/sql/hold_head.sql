-- Holds a tenant's stream: whoever else wants to say something waits. $1 org, $2 project
INSERT INTO event_heads (org_id, project_id, last_id) VALUES ($1, $2, 0)
ON CONFLICT (org_id, project_id) DO UPDATE SET last_id = event_heads.last_id
