-- plan: page
-- Seconds until the tenant's next entry is due; NULL: there is none. $1 org, $2 project
SELECT greatest(0, extract(epoch FROM q.not_before - now()))::float8
FROM embedding_queue q
WHERE q.org_id = $1 AND q.project_id = $2
ORDER BY q.not_before
LIMIT 1
