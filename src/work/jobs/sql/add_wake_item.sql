-- Something that the next heartbeat is to take along. $1 org, $2 project, $3 id, $4 text, $5 source, $6 instance
INSERT INTO wake_items (org_id, project_id, id, text, source, instance) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (org_id, project_id, id) DO UPDATE SET text = excluded.text  -- it was kept, and the answer was lost
RETURNING id, text, source, created_at
