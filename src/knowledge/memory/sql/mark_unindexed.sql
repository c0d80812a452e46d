-- Before a memory gets another text: it is in no segment any more, and these are the terms under which the
-- segments still have it. Nothing comes back when it was in none. $1 org, $2 project, $3 id
UPDATE memories SET indexed = false WHERE org_id = $1 AND project_id = $2 AND id = $3 AND indexed
RETURNING id, lexemes
