-- Queues failed jobs again, with all their attempts before them. Generations go on from where they were, so whoever
-- had such a job before has it no more. $1 org, $2 project, $3 ids → id, queue
WITH named AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, n.id FROM unnest($3::uuid[]) AS n (id)
), back AS (
    UPDATE jobs j
    SET status = 'queued', ended_at = NULL, error = NULL, stop_reason = NULL, started_at = NULL, worker = NULL,
        attempts = 0
    FROM named n
    WHERE j.org_id = n.org AND j.project_id = n.project AND j.id = n.id AND j.status = 'failed'
    RETURNING j.id, j.queue, j.name, j.group_key, j.priority, j.lease_seconds, j.parent_id, j.generation, j.event_seq,
              j.announced
), parents AS (
    UPDATE job_queue p
    SET open_children = p.open_children + c.children
    FROM (SELECT $1::uuid AS org, $2::uuid AS project, b.parent_id, count(*)::int AS children FROM back b
          WHERE b.parent_id IS NOT NULL GROUP BY b.parent_id) c
    WHERE p.org_id = c.org AND p.project_id = c.project AND p.id = c.parent_id
)
INSERT INTO job_queue (org_id, project_id, id, queue, name, group_key, priority, state, generation, event_seq,
                       lease_seconds, parent_id, announced)
SELECT $1, $2, b.id, b.queue, b.name, b.group_key, b.priority, 'ready', b.generation + 1, b.event_seq + 1, b.lease_seconds,
       b.parent_id, b.announced
FROM back b
RETURNING id, queue
