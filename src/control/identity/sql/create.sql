-- Issues a token; no row when a valid one has its name. $1 org, $2 project, $3 id, $4 kind, $5 name, $6 prefix, $7 hash of
-- the secret, $8 capability or NULL, $9 scopes, $10 sees private data, $11 instance, $12 posse, $13 principal that issues it,
-- $14 when it is over or NULL
INSERT INTO api_tokens (org_id, project_id, id, kind, name, prefix, secret_sha256, capability, scopes, private_data,
                        instance, posse, created_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (org_id, project_id, name) WHERE revoked_at IS NULL DO NOTHING
RETURNING id, kind, name, prefix, capability, scopes, private_data, instance, posse, created_by, created_at, expires_at,
          last_used_at, revoked_at
