-- Done with these.
-- $1 org, $2 project, $3 memories
WITH named AS MATERIALIZED (SELECT $1::uuid AS org, $2::uuid AS project, i.id FROM unnest($3::uuid[]) i (id))
DELETE FROM embedding_queue q USING named n
WHERE q.org_id = n.org AND q.project_id = n.project AND q.memory_id = n.id
