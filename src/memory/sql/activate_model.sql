-- Changes the active model in one step; vectors of the old one are replaced as the filler gets to them.
-- $1 name, $2 dimensions, $3 hash
WITH old AS (
    UPDATE embedding_models SET active = false
    WHERE active AND (name, weights_hash) <> ($1, $3)
    RETURNING id
), known AS (
    INSERT INTO embedding_models (name, dimensions, weights_hash)
    VALUES ($1, $2, $3)
    ON CONFLICT (name, weights_hash) DO UPDATE SET dimensions = excluded.dimensions
    RETURNING id
)
SELECT known.id::int, (SELECT count(*) FROM old) FROM known
