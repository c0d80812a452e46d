-- A few memories in whose scopes a search must answer.
SELECT org_id, project_id, id, scope, content
FROM memories
WHERE superseded_by IS NULL AND expires_at IS NULL AND valid_from IS NULL AND valid_until IS NULL
ORDER BY created_at DESC
LIMIT 3
