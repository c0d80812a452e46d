-- Stops live jobs, whatever they are doing. $1 org, $2 project, $3 ids, the youngest first, $4 reason, $5 by whom
-- → the jobs stopped, each with its queue when a place in it became free; then queues in which a parent woke up
WITH named AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, n.id FROM unnest($3::uuid[]) AS n (id)
), gone AS (
    DELETE FROM job_queue q
    USING named n
    WHERE q.org_id = n.org AND q.project_id = n.project AND q.id = n.id
    RETURNING n.org, n.project, q.id, q.queue, q.state, q.limited, q.attempt, q.generation, q.event_seq, q.worker,
              q.first_started_at, q.attempt_started_at, q.parent_id
), ended AS (
    UPDATE jobs j
    SET status = 'stopped', ended_at = now(), attempts = g.attempt, generation = g.generation,
        event_seq = g.event_seq, worker = g.worker, started_at = g.first_started_at, stop_reason = $4
    FROM gone g
    WHERE j.org_id = g.org AND j.project_id = g.project AND j.id = g.id
    RETURNING j.id, CASE WHEN g.limited THEN g.queue END AS freed
), noted AS (
    INSERT INTO job_attempts (org_id, project_id, job_id, generation, attempt, outcome, worker, started_at, error)
    SELECT g.org, g.project, g.id, g.generation, g.attempt, 'stopped', g.worker, g.attempt_started_at,
           'stopped by ' || $5
    FROM gone g
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
