-- Databases that an interrupted run left behind; one that somebody is connected to is at work.
-- $1 prefix of their names
SELECT d.datname::text
FROM pg_database d
WHERE starts_with(d.datname, $1)
  AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
ORDER BY 1
