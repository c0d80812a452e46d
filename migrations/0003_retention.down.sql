-- Removes the retention classes, with them every legal hold, and the record of what retention deleted. The role
-- stays: other databases of the server may use it.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_audit') THEN
        REVOKE SELECT ON memory_receipts, stele_backups, public.schema_migrations FROM stele_audit;
    END IF;
END
$$;
DROP TABLE retention_log;
DROP TRIGGER memories_held ON memories;
DROP FUNCTION stele_refuse_held();
DROP POLICY legal_hold ON memories;
ALTER TABLE memories DROP CONSTRAINT memories_retention;
ALTER TABLE memories DROP COLUMN retention;
