-- The token of the environment, global and with every right; a revoked one stays revoked. $1 org and $2 project of the system
-- tenant, $3 id, $4 prefix, $5 hash of the secret
INSERT INTO api_tokens AS t (org_id, project_id, id, kind, name, prefix, secret_sha256, capability, created_by)
VALUES ($1, $2, $3, 'admin', 'STELE_ADMIN_TOKEN ' || $4, $4, $5, 'all', 'environment')
ON CONFLICT (org_id, project_id, id) DO UPDATE SET secret_sha256 = excluded.secret_sha256
WHERE t.capability = 'all' AND t.secret_sha256 <> excluded.secret_sha256
