-- The embedding model that this database's vectors come from.
SELECT name, dimensions FROM embedding_models WHERE active
