-- Takes a skill away; gives its id. $1 org, $2 project, $3 name
DELETE FROM skills WHERE org_id = $1 AND project_id = $2 AND name = $3 AND retention <> 'legal-hold'
RETURNING id
