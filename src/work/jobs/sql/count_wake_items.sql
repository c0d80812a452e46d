-- plan: tenant, because it counts what wakes
-- How much waits for the next heartbeat, in all and of hooks. $1 org, $2 project
SELECT count(*), count(*) FILTER (WHERE source = 'hook') FROM wake_items WHERE org_id = $1 AND project_id = $2
