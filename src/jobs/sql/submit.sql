-- Submits jobs: both rows of each. Those that are there already, by id or by key, are left out, and so is what goes
-- to a queue that is draining. Gives how many it made.
-- $1 org, $2 project, $3 instance, then one array a column: $4 ids, $5 queues, $6 names, $7 versions, $8 keys,
-- $9 parents, $10 roots, $11 groups, $12 priorities, $13 run at, $14 max attempts, $15 lease seconds, $16 backoff
-- seconds, $17 backoff caps, $18 origins, $19 inputs, $20 metadata, $21 retention
WITH made AS (
    INSERT INTO jobs (org_id, project_id, id, queue, name, version, key, parent_id, root_id, group_key, priority,
                      run_at, max_attempts, lease_seconds, backoff_seconds, backoff_cap, instance, origin, input,
                      metadata, retention)
    SELECT $1, $2, n.id, n.queue, n.name, n.version, n.key, n.parent, n.root, n.group_key, n.priority, n.run_at,
           n.max_attempts, n.lease_seconds, n.backoff, n.backoff_cap, $3, n.origin::jsonb, n.input::jsonb,
           n.metadata::jsonb, n.retention
    FROM unnest($4::uuid[], $5::text[], $6::text[], $7::int[], $8::text[], $9::uuid[], $10::uuid[], $11::text[],
                $12::int[], $13::timestamptz[], $14::int[], $15::int[], $16::int[], $17::int[], $18::text[],
                $19::text[], $20::text[], $21::text[])
         AS n (id, queue, name, version, key, parent, root, group_key, priority, run_at, max_attempts, lease_seconds,
               backoff, backoff_cap, origin, input, metadata, retention)
    WHERE n.queue <> ALL (ARRAY(SELECT s.queue FROM job_queues s
                                WHERE s.org_id = $1 AND s.project_id = $2 AND s.draining))
    ON CONFLICT DO NOTHING
    RETURNING id, queue, name, group_key, priority, run_at, lease_seconds, parent_id
), queued AS (
    INSERT INTO job_queue (org_id, project_id, id, queue, name, group_key, priority, state, wake_at, lease_seconds,
                           parent_id)
    SELECT $1, $2, m.id, m.queue, m.name, m.group_key, m.priority,
           CASE WHEN m.run_at > now() THEN 'delayed' ELSE 'ready' END,
           CASE WHEN m.run_at > now() THEN m.run_at END, m.lease_seconds, m.parent_id
    FROM made m
    RETURNING parent_id
)
SELECT count(*), coalesce(array_agg(parent_id) FILTER (WHERE parent_id IS NOT NULL), '{}') FROM queued
