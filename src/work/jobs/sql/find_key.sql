-- The job that has this key. $1 org, $2 project, $3 queue, $4 key
SELECT id FROM jobs WHERE org_id = $1 AND project_id = $2 AND queue = $3 AND key = $4 AND key IS NOT NULL
