-- The embedding models that are registered here, in an order that does not depend on their ids.
SELECT id::int, name, dimensions, weights_hash
FROM embedding_models
ORDER BY name COLLATE "C", weights_hash COLLATE "C"
