-- Beats of instances, by id or by name; what is not said stays as it was. Gives the places (from 1) of those that are
-- known; `plan` goes first. $1 org, $2 project, then one array a column: $3 ids, $4 names, $5 status, $6 active jobs,
-- $7 completed jobs, $8 uptimes
WITH said AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, coalesce(b.id, (SELECT i.id FROM mesh_instances i
                           WHERE i.org_id = $1 AND i.project_id = $2 AND i.name = b.name)) AS id,
           b.status, b.active, b.completed, b.uptime, b.place
    FROM unnest($3::uuid[], $4::text[], $5::text[], $6::int[], $7::int[], $8::int[])
        WITH ORDINALITY AS b (id, name, status, active, completed, uptime, place)
), beaten AS (
    UPDATE mesh_heartbeats m
    SET heartbeat_at = now(), gone = false, active_jobs = coalesce(s.active, m.active_jobs),
        status = coalesce(s.status, CASE WHEN coalesce(s.active, m.active_jobs) > 0 THEN 'busy' ELSE 'idle' END),
        completed_jobs = coalesce(s.completed, m.completed_jobs), uptime_seconds = coalesce(s.uptime, m.uptime_seconds)
    FROM said s
    WHERE m.org_id = s.org AND m.project_id = s.project AND m.id = s.id
    RETURNING m.id
)
SELECT s.place FROM said s JOIN beaten b ON b.id = s.id
