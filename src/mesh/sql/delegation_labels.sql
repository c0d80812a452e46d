-- What some delegations are called, for a line in the graph. $1 org, $2 project, $3 ids
SELECT id, 'to ' || target || ' (' || status || ')' FROM delegations
WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
