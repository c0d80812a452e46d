-- Rotation removed these files. $1 files
UPDATE stele_backups SET removed_at = now() WHERE file = ANY ($1) AND removed_at IS NULL
