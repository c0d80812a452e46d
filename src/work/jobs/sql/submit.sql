-- Submits jobs: both rows of each. Those that are there already, by id or by key, are left out, and so is what goes
-- to a queue that is draining. What a job does not say (NULL) its definition does: the version that it names, or the
-- newest; a tenant without definitions is asked once. Gives how many it made, their parents, and the queues.
-- plan: tenant, because whether there is any definition is read off the first
-- $1 org, $2 project, $3 instance, then one array a column: $4 ids, $5 queues, $6 names, $7 versions, $8 keys,
-- $9 parents, $10 roots, $11 groups, $12 priorities, $13 run at, $14 max attempts, $15 lease seconds, $16 backoff
-- seconds, $17 backoff caps, $18 origins, $19 inputs, $20 metadata, $21 retention, $22 depths, $23 announced;
-- $24 the queues are asked for
WITH made AS (
    INSERT INTO jobs (org_id, project_id, id, queue, name, version, key, parent_id, root_id, group_key, priority,
                      run_at, max_attempts, lease_seconds, backoff_seconds, backoff_cap, instance, origin, input,
                      metadata, retention, depth, announced)
    SELECT $1, $2, n.id, o.queue, n.name, coalesce(n.version, d.version, 1), n.key, n.parent, n.root, n.group_key,
           coalesce(n.priority, (d.defaults ->> 'priority')::int, 100), n.run_at,
           coalesce(n.max_attempts, (d.defaults ->> 'maxAttempts')::int),
           coalesce(n.lease_seconds, (d.defaults ->> 'leaseSeconds')::int),
           coalesce(n.backoff, (d.defaults ->> 'backoffSeconds')::int), n.backoff_cap, $3, n.origin::jsonb,
           n.input::jsonb, n.metadata::jsonb, coalesce(n.retention, d.defaults ->> 'retention', 'standard'), n.depth, n.announced
    FROM unnest($4::uuid[], $5::text[], $6::text[], $7::int[], $8::text[], $9::uuid[], $10::uuid[], $11::text[],
                $12::int[], $13::timestamptz[], $14::int[], $15::int[], $16::int[], $17::int[], $18::text[],
                $19::text[], $20::text[], $21::text[], $22::int[], $23::bool[])
         AS n (id, queue, name, version, key, parent, root, group_key, priority, run_at, max_attempts, lease_seconds,
               backoff, backoff_cap, origin, input, metadata, retention, depth, announced)
        LEFT JOIN LATERAL (SELECT f.version, f.defaults FROM job_definitions f
                           WHERE f.org_id = $1 AND f.project_id = $2 AND f.name = n.name
                               AND f.version = coalesce(n.version, f.version)
                               AND (SELECT EXISTS (SELECT FROM job_definitions a
                                                   WHERE a.org_id = $1 AND a.project_id = $2))
                           ORDER BY f.version DESC LIMIT 1) d ON true
        CROSS JOIN LATERAL (SELECT coalesce(n.queue, d.defaults ->> 'queue', 'default') AS queue) o
    WHERE o.queue <> ALL (ARRAY(SELECT s.queue FROM job_queues s
                                WHERE s.org_id = $1 AND s.project_id = $2 AND s.draining))
    ON CONFLICT DO NOTHING
    RETURNING id, queue, name, group_key, priority, run_at, lease_seconds, parent_id, announced
), queued AS (
    INSERT INTO job_queue (org_id, project_id, id, queue, name, group_key, priority, state, wake_at, lease_seconds,
                           parent_id, announced)
    SELECT $1, $2, m.id, m.queue, m.name, m.group_key, m.priority,
           CASE WHEN m.run_at > now() THEN 'delayed' ELSE 'ready' END,
           CASE WHEN m.run_at > now() THEN m.run_at END, m.lease_seconds, m.parent_id, m.announced
    FROM made m
    RETURNING parent_id, queue
)
SELECT count(*), coalesce(array_agg(parent_id) FILTER (WHERE parent_id IS NOT NULL), '{}'),
       coalesce(array_agg(DISTINCT queue) FILTER (WHERE $24), '{}')
FROM queued
