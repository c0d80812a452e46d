-- Before a memory gets these lexemes: where they are others than it has, it is in no segment any more, and its own are
-- the terms under which the segments still have it. Nothing comes back when it was in none, or keeps what it has.
-- $1 org, $2 project, $3 id, $4 the lexemes to come
UPDATE memories SET indexed = false
WHERE org_id = $1 AND project_id = $2 AND id = $3 AND indexed AND lexemes <> $4::sparsevec
RETURNING id, lexemes
