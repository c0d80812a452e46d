-- A browser's session, and those of the tenant that are over go. $1 org, $2 project, $3 id, $4 hash of the cookie, $5 token,
-- $6 when it is over
WITH over AS (
    DELETE FROM cookie_sessions WHERE org_id = $1 AND project_id = $2 AND expires_at < now()
)
INSERT INTO cookie_sessions (org_id, project_id, id, secret_sha256, token_id, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
