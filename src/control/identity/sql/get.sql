-- A token, locked until the transaction ends. $1 org, $2 project, $3 id
SELECT id, kind, name, prefix, capability, scopes, private_data, instance, posse, created_by, created_at, expires_at,
       last_used_at, revoked_at
FROM api_tokens WHERE org_id = $1 AND project_id = $2 AND id = $3 FOR UPDATE
