-- Seconds until the tenant's next kind is due; no row: none is. $1 org, $2 project
SELECT greatest(0, extract(epoch FROM not_before - now()))::float8 FROM segment_queue
WHERE org_id = $1 AND project_id = $2
ORDER BY not_before LIMIT 1
