-- The valid token of a prefix, whatever its tenant. $1 prefix
SELECT org_id, project_id, id, kind, prefix, secret_sha256, capability, scopes, private_data, instance, posse, expires_at
FROM stele_find_api_token($1)
