-- All lists of a kind, after their codes. $1 org, $2 project, $3 kind
DELETE FROM vector_lists WHERE org_id = $1 AND project_id = $2 AND kind = $3
