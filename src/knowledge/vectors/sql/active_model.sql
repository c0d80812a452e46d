-- The embedding model that this database's vectors come from, and the one that they are being made anew with, if any.
SELECT id::int, name, dimensions, weights_hash, active FROM embedding_models WHERE active OR filling ORDER BY active DESC
