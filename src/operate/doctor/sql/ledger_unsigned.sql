-- Rows of the ledger without a checksum that could be one.
SELECT version::int4 FROM schema_migrations
 WHERE checksum IS NULL OR checksum !~ '^[0-9a-f]{64}$' ORDER BY version
