-- Takes one annotation of a job away. $1 org, $2 project, $3 id
DELETE FROM annotations WHERE org_id = $1 AND project_id = $2 AND id = $3
