-- Tells the worker that a tenant may have items to fold. No lock is left behind when it knows already.
-- $1 org, $2 project, $3 kind
INSERT INTO segment_queue (org_id, project_id, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
