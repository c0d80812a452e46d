-- Sessions by database, state, login and what they wait for. application_name is the clients' to choose:
-- as a label it could have any number of values. This very session is one of them, as in postgres_exporter.
SELECT coalesce(datname::text, ''), coalesce(state, 'unknown'), coalesce(usename::text, ''),
       coalesce(backend_type, 'unknown'), coalesce(wait_event_type, ''), count(*)::float8,
       coalesce(max(greatest(extract(epoch FROM clock_timestamp() - xact_start), 0)), 0)::float8
  FROM pg_stat_activity
 WHERE datname IS NOT NULL
 GROUP BY 1, 2, 3, 4, 5 LIMIT 500
