-- Makes a model the active one when none is; somebody else may have been first, so ask again afterwards.
-- $1 name, $2 dimensions, $3 hash
INSERT INTO embedding_models (name, dimensions, weights_hash, active)
SELECT $1, $2, $3, true
WHERE NOT EXISTS (SELECT FROM embedding_models WHERE active)
ON CONFLICT DO NOTHING
