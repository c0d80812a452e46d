-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP FUNCTION stele_embedding_backlog;
DROP TABLE embedding_queue, memory_receipts, memory_versions, memory_vectors, memories;
DROP FUNCTION stele_memory_vectors_deleted;
DROP FUNCTION stele_memory_vectors_written;
