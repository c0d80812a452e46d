-- A session. $1 org, $2 project, $3 id → title, channel, options, jobs, created, updated
SELECT title, channel, options, jobs, created_at, updated_at
FROM relay_sessions
WHERE org_id = $1 AND project_id = $2 AND id = $3
