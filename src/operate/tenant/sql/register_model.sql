-- Makes a model known that a file's vectors come from; it becomes the active one when none is.
-- $1 name, $2 dimensions, $3 hash
INSERT INTO embedding_models (name, dimensions, weights_hash, active)
SELECT $1, $2, $3, NOT EXISTS (SELECT FROM embedding_models WHERE active)
ON CONFLICT DO NOTHING
