-- Valid tokens that came from a server's environment (STELE_ADMIN_TOKEN) and may everything. $1 org and $2 project of the system
-- tenant
SELECT count(*), min(created_at) FROM api_tokens
WHERE org_id = $1 AND project_id = $2 AND capability = 'all' AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > now())
