-- The embedding model this database's vectors come from.
SELECT id::int, name, dimensions, weights_hash FROM embedding_models WHERE active
