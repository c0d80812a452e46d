-- A delegation of this instance ended. $1 org, $2 project, $3 instance, $4 it went well, $5 seconds in which an outcome
-- loses half its weight
UPDATE mesh_heartbeats b
SET outcome_weight = b.outcome_weight * f.left + 1, outcome_success = b.outcome_success * f.left + $4::int,
    outcome_at = now(), completed_jobs = b.completed_jobs + $4::int
FROM (SELECT power(0.5, coalesce(date_part('epoch', now() - outcome_at), 0) / $5::float8) AS left
      FROM mesh_heartbeats WHERE org_id = $1 AND project_id = $2 AND id = $3) f
WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = $3
