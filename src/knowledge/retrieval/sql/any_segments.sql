-- Whether a tenant has segments of a kind. $1 org, $2 project, $3 kind
SELECT EXISTS (SELECT FROM search_segments WHERE org_id = $1 AND project_id = $2 AND kind = $3)
