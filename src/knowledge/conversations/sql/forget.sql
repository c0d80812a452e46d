-- Removes messages and, by cascade, their vectors and what they asked for: gone from every index with this
-- commit. What is under legal hold stays, also when the role is one that policies do not bind.
-- $1 org, $2 project, $3 messages
WITH named AS MATERIALIZED (SELECT $1::uuid AS org, $2::uuid AS project, i.id FROM unnest($3::uuid[]) i (id))
DELETE FROM chat_messages m USING named n
WHERE m.org_id = n.org AND m.project_id = n.project AND m.id = n.id AND m.retention <> 'legal-hold'
