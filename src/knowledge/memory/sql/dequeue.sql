-- Done with these; what was asked for anew meanwhile stays.
-- $1 org, $2 project, $3 memories, $4 when they were queued
WITH named AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, i.id, i.queued FROM unnest($3::uuid[], $4::timestamptz[]) i (id, queued)
)
DELETE FROM embedding_queue q USING named n
WHERE q.org_id = n.org AND q.project_id = n.project AND q.memory_id = n.id AND q.queued_at = n.queued
