-- The beginning of some memories, for a line in the graph. $1 org, $2 project, $3 ids
SELECT id, left(content, 400) FROM memories WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
