-- Removes the memory domain and its registry with all their rows. Roles and extensions stay: other
-- databases of the server may use them.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP TABLE embedding_queue, memory_receipts, memory_versions, memory_vectors, memories,
    embedding_models;
DROP FUNCTION stele_org(), stele_project();
