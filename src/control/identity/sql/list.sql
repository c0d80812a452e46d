-- Tokens, newest first. $1 org, $2 project, $3 revoked ones and those that are over too, $4 ids before this one or NULL,
-- plan: page
-- $5 how many
SELECT id, kind, name, prefix, capability, scopes, private_data, instance, posse, created_by, created_at, expires_at,
       last_used_at, revoked_at
FROM api_tokens
WHERE org_id = $1 AND project_id = $2 AND ($4::uuid IS NULL OR id < $4)
  AND ($3 OR (revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())))
ORDER BY id DESC LIMIT $5
