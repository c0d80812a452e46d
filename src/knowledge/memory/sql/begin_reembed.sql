-- A model that vectors are to be made with: registered, and marked unless it is the active one already.
-- $1 name, $2 dimensions, $3 hash
WITH before AS (
    UPDATE embedding_models SET filling = false
    WHERE filling AND (name, weights_hash) <> ($1, $3)
    RETURNING id
), known AS (
    INSERT INTO embedding_models AS m (name, dimensions, weights_hash)
    VALUES ($1, $2, $3)
    ON CONFLICT (name, weights_hash) DO UPDATE SET dimensions = excluded.dimensions
    RETURNING m.id, m.active
)
SELECT k.id::int, k.active, (SELECT count(*) FROM before) FROM known k
