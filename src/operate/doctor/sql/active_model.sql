-- The model that the vectors of this database come from.
SELECT name, dimensions, weights_hash FROM embedding_models WHERE active
