-- What routing asks of every instance each time; the rest it keeps, until the revision is another. Gives id, revision,
-- seconds since the last beat, gone, idle, active jobs, and the outcomes of delegations as they weigh now: all, and
-- those that went well. $1 org, $2 project, $3 seconds in which an outcome loses half its weight
SELECT b.id, b.revision, date_part('epoch', now() - b.heartbeat_at), b.gone, b.status = 'idle', b.active_jobs,
       b.outcome_weight * f.left, b.outcome_success * f.left
FROM mesh_heartbeats b
    CROSS JOIN LATERAL (SELECT power(0.5, coalesce(date_part('epoch', now() - b.outcome_at), 0) / $3::float8)
                        AS left) f
WHERE b.org_id = $1 AND b.project_id = $2
