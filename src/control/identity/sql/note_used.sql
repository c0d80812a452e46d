-- Tokens were used; a minute's grain. $1 org, $2 project, $3 ids
UPDATE api_tokens SET last_used_at = now()
WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
  AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
