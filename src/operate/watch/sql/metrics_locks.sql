-- Locks by database and mode; every mode is there, so that a rate has a zero to start from.
SELECT d.datname::text, m.mode, count(l.mode)::float8
  FROM pg_database d
  CROSS JOIN unnest(ARRAY['accesssharelock', 'rowsharelock', 'rowexclusivelock', 'shareupdateexclusivelock',
                          'sharelock', 'sharerowexclusivelock', 'exclusivelock', 'accessexclusivelock',
                          'sireadlock']) AS m(mode)
  LEFT JOIN pg_locks l ON l.database = d.oid AND lower(l.mode) = m.mode
 WHERE d.datname = current_database() OR l.mode IS NOT NULL
 GROUP BY 1, 2
