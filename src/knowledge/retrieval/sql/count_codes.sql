-- $1 org, $2 project, $3 kind, $4 model, $5 list
SELECT count(*) FROM vector_codes
WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4 AND list = $5
