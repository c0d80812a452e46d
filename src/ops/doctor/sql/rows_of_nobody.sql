-- Tables in which a row can be seen; run without a tenant there must be none.
SELECT name FROM (
    SELECT 'memories' AS name WHERE EXISTS (SELECT FROM memories)
    UNION ALL SELECT 'memory_vectors' WHERE EXISTS (SELECT FROM memory_vectors)
    UNION ALL SELECT 'memory_versions' WHERE EXISTS (SELECT FROM memory_versions)
    UNION ALL SELECT 'memory_receipts' WHERE EXISTS (SELECT FROM memory_receipts)
    UNION ALL SELECT 'embedding_queue' WHERE EXISTS (SELECT FROM embedding_queue)
    UNION ALL SELECT 'chat_threads' WHERE EXISTS (SELECT FROM chat_threads)
    UNION ALL SELECT 'chat_messages' WHERE EXISTS (SELECT FROM chat_messages)
    UNION ALL SELECT 'chat_summaries' WHERE EXISTS (SELECT FROM chat_summaries)
    UNION ALL SELECT 'pending_actions' WHERE EXISTS (SELECT FROM pending_actions)
    UNION ALL SELECT 'chat_vectors' WHERE EXISTS (SELECT FROM chat_vectors)
    UNION ALL SELECT 'chat_work' WHERE EXISTS (SELECT FROM chat_work)
    UNION ALL SELECT 'chat_receipts' WHERE EXISTS (SELECT FROM chat_receipts)) seen
