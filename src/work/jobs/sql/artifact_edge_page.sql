-- Ids of artifacts in order, a page: what a rebuild of the graph reads. $1 org, $2 project, $3 after, $4 limit
SELECT id FROM artifacts
WHERE org_id = $1 AND project_id = $2 AND id > $3
ORDER BY id
LIMIT $4
