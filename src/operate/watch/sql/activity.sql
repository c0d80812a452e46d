-- Sessions of clients, the longest running first. What a role may not see of others is NULL. $1 also
-- idle ones, $2 seconds at least, $3 how many.
SELECT pid, coalesce(datname, ''), coalesce(usename, ''), application_name,
       coalesce(host(client_addr), ''), coalesce(state, 'hidden'),
       coalesce(wait_event_type || ': ' || wait_event, ''),
       greatest(extract(epoch FROM clock_timestamp() - query_start), 0)::float8,
       greatest(extract(epoch FROM clock_timestamp() - xact_start), 0)::float8,
       CASE WHEN wait_event_type = 'Lock' OR state IS NULL
            THEN (SELECT array_agg(b::int8) FROM unnest(pg_blocking_pids(pid)) b) END,
       coalesce(left(query, 4000), '')
  FROM pg_stat_activity
 WHERE pid <> pg_backend_pid() AND (backend_type = 'client backend' OR (backend_type IS NULL AND datname IS NOT NULL))
   AND ($1 OR state IS DISTINCT FROM 'idle')
   AND ($2 = 0 OR extract(epoch FROM clock_timestamp() - coalesce(xact_start, query_start)) >= $2)
 ORDER BY coalesce(xact_start, query_start) NULLS LAST, pid
 LIMIT $3
