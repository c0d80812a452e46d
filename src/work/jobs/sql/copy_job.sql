-- A new job that takes up an old one: both its rows. $1 org, $2 project, $3 the old one, $4 the new one's id, $5 a
-- retry: else a fork, $6 from where, $7 another input or none, $8 instance → queue
WITH made AS (
    INSERT INTO jobs (org_id, project_id, id, queue, name, version, retry_of, forked_from, from_point, group_key,
                      priority, max_attempts, lease_seconds, backoff_seconds, backoff_cap, instance, origin, input,
                      metadata, retention, announced)
    SELECT j.org_id, j.project_id, $4, j.queue, j.name, j.version, CASE WHEN $5 THEN j.id END,
           CASE WHEN NOT $5 THEN j.id END, $6, j.group_key, j.priority, j.max_attempts, j.lease_seconds,
           j.backoff_seconds, j.backoff_cap, $8, j.origin, coalesce($7::text::jsonb, j.input), j.metadata, j.retention,
           j.announced
    FROM jobs j
    WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = $3
    RETURNING id, queue, name, group_key, priority, lease_seconds, announced
)
INSERT INTO job_queue (org_id, project_id, id, queue, name, group_key, priority, state, lease_seconds, announced,
                       event_seq)
SELECT $1, $2, m.id, m.queue, m.name, m.group_key, m.priority, 'ready', m.lease_seconds, m.announced,
       greatest((SELECT max(s.seq) FROM job_steps s WHERE s.org_id = $1 AND s.project_id = $2 AND s.job_id = $3),
                (SELECT max(c.seq) FROM job_checkpoints c WHERE c.org_id = $1 AND c.project_id = $2 AND c.job_id = $3), 3)
FROM made m
RETURNING queue
