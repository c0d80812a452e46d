-- plan: tenant, because all segments are made anew
-- Every memory of a tenant is in no segment any more: they are being made anew. $1 org, $2 project
UPDATE memories SET indexed = false WHERE org_id = $1 AND project_id = $2 AND indexed
