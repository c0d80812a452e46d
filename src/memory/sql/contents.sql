-- The texts of some memories of a tenant.
-- $1 org, $2 project, $3 ids
SELECT id, content FROM memories WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
