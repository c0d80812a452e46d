-- The tenant's live memories by category, scope and source; the 50 largest groups of each.
-- plan: tenant, because it counts
-- $1 org, $2 project
WITH live AS (SELECT category, scope, source FROM memories
              WHERE org_id = $1 AND project_id = $2 AND superseded_by IS NULL)
(SELECT 'category', category, count(*) FROM live GROUP BY category ORDER BY 3 DESC, 2 LIMIT 50)
UNION ALL (SELECT 'scope', scope, count(*) FROM live GROUP BY scope ORDER BY 3 DESC, 2 LIMIT 50)
UNION ALL (SELECT 'source', source, count(*) FROM live GROUP BY source ORDER BY 3 DESC, 2 LIMIT 50)
