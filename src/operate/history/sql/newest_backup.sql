-- When the newest backup that is still there was made.
SELECT max(made_at) FROM stele_backups WHERE removed_at IS NULL
