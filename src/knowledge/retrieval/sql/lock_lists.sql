-- Holds a kind's lists, in one order: who is adding a code has ended before this returns, who comes
-- later finds the lists gone and makes a new one. $1 org, $2 project, $3 kind
SELECT FROM vector_lists WHERE org_id = $1 AND project_id = $2 AND kind = $3 ORDER BY model, list FOR UPDATE
