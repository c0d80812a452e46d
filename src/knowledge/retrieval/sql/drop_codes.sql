-- All codes of a kind; they are made anew from the vectors. $1 org, $2 project, $3 kind
DELETE FROM vector_codes WHERE org_id = $1 AND project_id = $2 AND kind = $3
