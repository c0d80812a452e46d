-- A backup was made. $1 id, $2 when, $3 file, $4 bytes, $5 SHA-256, $6 migration version
INSERT INTO stele_backups (id, made_at, file, bytes, sha256, migration_version)
VALUES ($1, $2, $3, $4, $5, $6)
