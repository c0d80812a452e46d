-- How far the revocations of several tenants go. $1 orgs, $2 projects
SELECT org_id, project_id, shard, last_id FROM stele_revocation_heads($1, $2)
