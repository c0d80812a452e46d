-- Who holds the migrations' lock: process id, program, what it runs. An advisory lock's 64-bit key is
-- shown in two halves.
SELECT a.pid, a.application_name, a.query
  FROM pg_locks l JOIN pg_stat_activity a USING (pid)
 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND l.classid = (358435089509 >> 32)::oid AND l.objid = (358435089509 & 4294967295)::oid
