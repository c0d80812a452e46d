-- Removes messages and, by cascade, their vectors and what they asked for: gone from every index with this
-- commit. What is under legal hold stays, also when the role is one that policies do not bind.
-- $1 org, $2 project, $3 messages
DELETE FROM chat_messages
WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3) AND retention <> 'legal-hold'
