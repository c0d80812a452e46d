-- Removes memories and, by cascade, their vectors, versions and places in the queue: gone from every
-- index with this commit; the caller purges the segments of what was indexed. What is under legal hold stays, also when the role is one that policies do not bind.
-- $1 org, $2 project, $3 ids
WITH named AS MATERIALIZED (SELECT $1::uuid AS org, $2::uuid AS project, i.id FROM unnest($3::uuid[]) i (id))
DELETE FROM memories m USING named n
WHERE m.org_id = n.org AND m.project_id = n.project AND m.id = n.id AND m.retention <> 'legal-hold'
RETURNING m.id, m.content_hash, CASE WHEN m.indexed THEN m.lexemes END
