-- Instances by name, a page, and how long ago they last beat. $1 org, $2 project, $3 after this name, $4 how many,
-- $5 of this posse or none: all, $6 beaten no longer ago than so many seconds and $7 longer ago than so many (gone is
-- longest ago)
SELECT i.id, i.name, b.status, date_part('epoch', now() - b.heartbeat_at), b.gone, i.posse, i.role, i.expertise,
       i.endpoint, i.version, i.capabilities, i.models, b.active_jobs, b.completed_jobs, b.uptime_seconds, i.restarts,
       b.heartbeat_at, i.registered_at
FROM mesh_instances i
    JOIN mesh_heartbeats b ON b.org_id = $1 AND b.project_id = $2 AND b.id = i.id
    CROSS JOIN LATERAL (SELECT CASE WHEN b.gone THEN 'infinity' ELSE date_part('epoch', now() - b.heartbeat_at) END
                        AS age) a
WHERE i.org_id = $1 AND i.project_id = $2 AND i.name > $3 AND ($5::text IS NULL OR i.posse = $5)
    AND a.age <= $6 AND a.age > $7
ORDER BY i.name
LIMIT $4
