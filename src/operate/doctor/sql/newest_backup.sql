-- The backups that nobody is known to have removed, newest first: seconds since each was made and since it was
-- last verified, and its file.
SELECT extract(epoch FROM now() - made_at)::float8,
       extract(epoch FROM now() - greatest(verified_at, deep_verified_at))::float8, file
  FROM stele_backups WHERE removed_at IS NULL ORDER BY made_at DESC LIMIT 200
