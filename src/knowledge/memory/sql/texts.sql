-- A page of a tenant's texts with their labels, to split them into words anew; nobody changes them meanwhile.
-- $1 org, $2 project, $3 after this id, $4 at most
SELECT id, content, category, type, source, scope, tags FROM memories WHERE org_id = $1 AND project_id = $2 AND id > $3
ORDER BY id LIMIT $4 FOR NO KEY UPDATE
