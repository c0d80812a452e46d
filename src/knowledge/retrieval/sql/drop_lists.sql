-- All lists of a kind, after their codes. $1 org, $2 project, $3 kind → each model and its newest list
WITH gone AS (DELETE FROM vector_lists WHERE org_id = $1 AND project_id = $2 AND kind = $3 RETURNING model, list)
SELECT model::int, max(list) FROM gone WHERE list >= 0 GROUP BY model
