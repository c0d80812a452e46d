-- Removes memories and, by cascade, their vectors, versions and places in the queue: gone from every
-- index with this commit; the caller purges the segments of what was folded. What is under legal hold stays, also when the role is one that policies do not bind.
-- $1 org, $2 project, $3 ids
DELETE FROM memories
WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3) AND retention <> 'legal-hold'
RETURNING id, content_hash, CASE WHEN folded THEN lexemes END
