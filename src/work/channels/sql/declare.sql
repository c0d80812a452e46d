-- Declares a channel, or says again what it is. $1 org, $2 project, $3 name, $4 description or NULL: as it was, $5 can send,
-- $6 instance
INSERT INTO channels AS c (org_id, project_id, name, description, can_send, instance)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (org_id, project_id, name) DO UPDATE
SET description = coalesce(excluded.description, c.description), can_send = excluded.can_send, updated_at = now()
RETURNING name, description, can_send
