-- Ends jobs well. Who deletes the live row ends the job, so a job ends once; the generation keeps out who lost it.
-- A lease that ran out and that nobody has taken since still counts. $1 org, $2 project, then one array a column, in
-- the order of ids, the youngest first: $3 ids, $4 generations, $5 outputs, $6 usages
-- → the jobs ended, each with its queue when a place in it became free; then queues in which a parent woke up
WITH done AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, d.*
    FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[]) AS d (id, generation, output, usage)
), gone AS (
    DELETE FROM job_queue q
    USING done d
    WHERE q.org_id = d.org AND q.project_id = d.project AND q.id = d.id AND q.generation = d.generation AND q.state IN ('running', 'ready')
    RETURNING d.org, d.project, q.id, q.queue, q.limited, q.attempt, q.generation, q.event_seq, q.worker,
              q.first_started_at, q.attempt_started_at, q.parent_id, d.output, d.usage
), ended AS (
    UPDATE jobs j
    SET status = 'complete', ended_at = now(), attempts = g.attempt, generation = g.generation,
        event_seq = g.event_seq, worker = g.worker, started_at = g.first_started_at,
        attempt_started_at = nullif(g.attempt_started_at, g.first_started_at), output = g.output::jsonb,
        usage = g.usage::jsonb
    FROM gone g
    WHERE j.org_id = g.org AND j.project_id = g.project AND j.id = g.id
    RETURNING j.id, CASE WHEN g.limited THEN g.queue END AS freed
), parents AS (
    UPDATE job_queue p
    SET open_children = p.open_children - c.children,
        state = CASE WHEN p.state = 'waiting' AND p.waits_for = 'children' AND p.open_children <= c.children
                     THEN 'ready' ELSE p.state END,
        ready_at = CASE WHEN p.state = 'waiting' AND p.waits_for = 'children' AND p.open_children <= c.children
                        THEN now() ELSE p.ready_at END,
        wake_at = CASE WHEN p.state = 'waiting' AND p.waits_for = 'children' AND p.open_children <= c.children
                       THEN NULL ELSE p.wake_at END,
        woken_by = CASE WHEN p.state = 'waiting' AND p.waits_for = 'children' AND p.open_children <= c.children
                        THEN 'children' ELSE p.woken_by END
    FROM (SELECT g.org, g.project, g.parent_id, count(*)::int AS children FROM gone g
          WHERE g.parent_id IS NOT NULL GROUP BY g.org, g.project, g.parent_id) c
    WHERE p.org_id = c.org AND p.project_id = c.project AND p.id = c.parent_id AND p.id NOT IN (SELECT g.id FROM gone g)
    RETURNING CASE WHEN p.state = 'ready' THEN p.queue END AS woken
)
SELECT e.id, e.freed FROM ended e
UNION ALL
SELECT NULL, p.woken FROM parents p WHERE p.woken IS NOT NULL
