-- What a tenant's background tasks have to do: when each is due, and how often it has failed in a row.
-- $1 org, $2 project
SELECT task, min(due_at), max(attempts) FROM due_work
WHERE org_id = $1 AND project_id = $2
GROUP BY task ORDER BY task
