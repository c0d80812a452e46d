-- Hands the oldest messages outside segments over to the fold and marks them; memory/sql/fold_take.sql tells why it
-- is written this way.
-- $1 org, $2 project, $3 at most
UPDATE chat_messages SET folded = true
WHERE org_id = $1 AND project_id = $2
    AND id = ANY (ARRAY(SELECT id FROM chat_messages
                        WHERE org_id = $1 AND project_id = $2 AND NOT folded
                        ORDER BY id NULLS FIRST
                        LIMIT $3
                        FOR NO KEY UPDATE SKIP LOCKED))
RETURNING id, lexemes
