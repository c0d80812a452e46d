-- A token is no longer valid; neither are the sessions of browsers that it opened. $1 org, $2 project, $3 id
WITH gone AS (
    DELETE FROM cookie_sessions WHERE org_id = $1 AND project_id = $2 AND token_id = $3
)
UPDATE api_tokens SET revoked_at = now() WHERE org_id = $1 AND project_id = $2 AND id = $3 AND revoked_at IS NULL
