-- A dump was found whole. $1 its SHA-256, $2 when, $3 when it was last restored and compared
UPDATE stele_backups SET verified_at = $2, deep_verified_at = $3 WHERE sha256 = $1
