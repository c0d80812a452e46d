-- How many instances beat within $3 seconds, within $4, and not. $1 org, $2 project
SELECT count(*) FILTER (WHERE age <= $3)::int, count(*) FILTER (WHERE age > $3 AND age <= $4)::int,
       count(*) FILTER (WHERE age > $4)::int
FROM (SELECT CASE WHEN gone THEN 'infinity' ELSE date_part('epoch', now() - heartbeat_at) END AS age
      FROM mesh_heartbeats WHERE org_id = $1 AND project_id = $2) beats
