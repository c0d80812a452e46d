-- Puts entries back that no vector came of; what was asked for anew meanwhile stays as it is.
-- $1 org, $2 project, $3 memories, $4 when they were queued, $5 milliseconds until they are due, $6 attempts so far
WITH named AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, i.*
    FROM unnest($3::uuid[], $4::timestamptz[], $5::int[], $6::int[]) i (id, queued, ms, attempts)
)
UPDATE embedding_queue q
SET not_before = now() + make_interval(secs => n.ms / 1000.0), attempts = n.attempts
FROM named n
WHERE q.org_id = n.org AND q.project_id = n.project AND q.memory_id = n.id AND q.queued_at = n.queued
