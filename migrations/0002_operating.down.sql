-- Removes the record of backups (not the backups) and the operator's sight. The role stays: other
-- databases of the server may use it.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP TABLE stele_backups;
DROP POLICY operator ON memories;
DROP POLICY operator ON memory_vectors;
DROP POLICY operator ON memory_versions;
DROP POLICY operator ON memory_receipts;
DROP POLICY operator ON embedding_queue;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator') THEN
        REVOKE SELECT ON memories, memory_vectors, memory_versions, memory_receipts, embedding_queue,
            embedding_models, public.schema_migrations FROM stele_operator;
        REVOKE SELECT ON SEQUENCE embedding_models_id_seq FROM stele_operator;
    END IF;
END
$$;
