-- What a shard of a tenant has revoked after an id. $1 org, $2 project, $3 shard, $4 id
SELECT anchor FROM revocations
WHERE org_id = $1 AND project_id = $2 AND shard = $3 AND id > $4 AND kind = 'token' AND state = 'revoked'
ORDER BY id
