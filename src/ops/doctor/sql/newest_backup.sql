-- Seconds since the newest backup and since any was last verified, and the newest's file.
SELECT extract(epoch FROM now() - b.made_at)::float8,
       (SELECT extract(epoch FROM now() - max(greatest(v.verified_at, v.deep_verified_at)))::float8 FROM stele_backups v),
       coalesce(b.file, '')
  FROM stele_backups b ORDER BY b.made_at DESC LIMIT 1
