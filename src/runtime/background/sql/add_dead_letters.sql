-- Sets items aside.
-- $1 org, $2 project, $3 task, $4 kind, $5 model, $6 items, $7 reasons, $8 attempts
INSERT INTO dead_letters (org_id, project_id, task, kind, model, item, reason, attempts)
SELECT $1, $2, $3, $4, $5, n.item, n.reason, n.attempts
FROM unnest($6::uuid[], $7::text[], $8::int[]) n (item, reason, attempts)
ON CONFLICT (org_id, project_id, task, kind, item, model) DO UPDATE
SET reason = excluded.reason, attempts = excluded.attempts, failed_at = excluded.failed_at
