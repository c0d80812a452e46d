-- The vector of a skill that is as it was. $1 org, $2 project, $3 id, $4 vector, $5 its model
UPDATE skills SET embedding = $4::halfvec, model = $5 WHERE org_id = $1 AND project_id = $2 AND id = $3
