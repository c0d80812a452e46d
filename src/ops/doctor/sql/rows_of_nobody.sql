-- Tables in which a row can be seen; run without a tenant there must be none.
SELECT name FROM (
    SELECT 'memories' AS name WHERE EXISTS (SELECT FROM memories)
    UNION ALL SELECT 'memory_vectors' WHERE EXISTS (SELECT FROM memory_vectors)
    UNION ALL SELECT 'memory_versions' WHERE EXISTS (SELECT FROM memory_versions)
    UNION ALL SELECT 'memory_receipts' WHERE EXISTS (SELECT FROM memory_receipts)
    UNION ALL SELECT 'embedding_queue' WHERE EXISTS (SELECT FROM embedding_queue)) seen
