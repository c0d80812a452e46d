-- What some annotations say, for a line in the graph. $1 org, $2 project, $3 ids
SELECT id, verdict || ' (' || origin || ', ' || domain || ')' || coalesce(': ' || left(feedback, 200), '')
FROM annotations
WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
