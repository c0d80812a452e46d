-- Ends the other sessions of a database, so that it can be renamed. Who may not end one is told by the
-- rename.
-- $1 database
SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))
FROM pg_stat_activity a
WHERE a.datname = $1 AND a.pid <> pg_backend_pid()
  AND (pg_has_role(a.usesysid, 'MEMBER') OR pg_has_role('pg_signal_backend', 'MEMBER'))
