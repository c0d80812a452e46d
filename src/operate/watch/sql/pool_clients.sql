-- Who is connected, by what the clients call themselves; the second number counts only this role's
-- sessions, the third only this database's. Background workers need no connection.
SELECT application_name, count(*), count(*) FILTER (WHERE usename = session_user),
       count(*) FILTER (WHERE datname = current_database())
  FROM pg_stat_activity
 WHERE backend_type = 'client backend' OR (backend_type IS NULL AND datname IS NOT NULL)
 GROUP BY application_name ORDER BY count(*) DESC, application_name
