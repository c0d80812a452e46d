-- Hands the oldest memories outside segments over to the fold and marks them. What somebody is changing is
-- left for the next time. NULLS FIRST, though there are none, is the order of memories_tail alone: no other
-- index could be taken for it, which would read all that is folded already.
-- $1 org, $2 project, $3 at most
UPDATE memories SET folded = true
WHERE org_id = $1 AND project_id = $2
    AND id = ANY (ARRAY(SELECT id FROM memories
                        WHERE org_id = $1 AND project_id = $2 AND NOT folded
                        ORDER BY id NULLS FIRST
                        LIMIT $3
                        FOR NO KEY UPDATE SKIP LOCKED))
RETURNING id, lexemes
