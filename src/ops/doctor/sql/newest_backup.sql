-- Seconds since the newest backup that is still there and since any such was last verified, and the
-- newest's file.
WITH kept AS (SELECT * FROM stele_backups WHERE removed_at IS NULL)
SELECT extract(epoch FROM now() - b.made_at)::float8,
       (SELECT extract(epoch FROM now() - max(greatest(v.verified_at, v.deep_verified_at)))::float8 FROM kept v),
       b.file
  FROM kept b ORDER BY b.made_at DESC LIMIT 1
