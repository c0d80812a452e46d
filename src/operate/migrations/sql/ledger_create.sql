-- The ledger of migrations, in the schema that the session works in. Whatever a migration does to
-- search_path is reset before the ledger is written.
CREATE TABLE schema_migrations (
    version     integer PRIMARY KEY CHECK (version BETWEEN 1 AND 9999),
    name        text NOT NULL,
    checksum    text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
    phase       text NOT NULL CHECK (phase IN ('expand', 'contract')),
    applied_at  timestamptz NOT NULL,
    duration_ms bigint NOT NULL,
    applied_by  text NOT NULL
)
