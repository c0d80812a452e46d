-- What was set aside, the newest first.
-- plan: tenant, because an operator reads the list
-- $1 org, $2 project, $3 task or NULL, $4 items or NULL, $5 limit
SELECT task, kind, item, model::int, reason, attempts, failed_at
FROM dead_letters
WHERE org_id = $1 AND project_id = $2 AND ($3::text IS NULL OR task = $3) AND ($4::uuid[] IS NULL OR item = ANY ($4))
ORDER BY failed_at DESC, item
LIMIT $5
