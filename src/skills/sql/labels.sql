-- What some skills are for, for a line in the graph. $1 org, $2 project, $3 ids
SELECT id, name || ': ' || left(description, 300) FROM skills
WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
