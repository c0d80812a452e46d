-- Forgets an instance that beats no more. Gives its id, or that it is alive and stays.
-- $1 org, $2 project, $3 name, $4 seconds that a beat counts
WITH found AS (
    SELECT i.id, NOT b.gone AND b.heartbeat_at > now() - make_interval(secs => $4) AS alive
    FROM mesh_instances i
        JOIN mesh_heartbeats b ON b.org_id = i.org_id AND b.project_id = i.project_id AND b.id = i.id
    WHERE i.org_id = $1 AND i.project_id = $2 AND i.name = $3
), gone AS (
    DELETE FROM mesh_instances i USING found f
    WHERE i.org_id = $1 AND i.project_id = $2 AND i.id = f.id AND NOT f.alive
)
SELECT id, alive FROM found
