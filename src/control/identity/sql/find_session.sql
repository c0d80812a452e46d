-- The token behind a browser's cookie, whatever its tenant. $1 hash of the cookie
SELECT org_id, project_id, id, kind, prefix, secret_sha256, capability, scopes, private_data, instance, posse, expires_at
FROM stele_find_cookie_session($1)
