-- A step of a delegation. $1 org, $2 project, $3 delegation, $4 seq, $5 type, $6 payload, redacted
INSERT INTO delegation_events (org_id, project_id, delegation_id, seq, type, payload)
VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)
