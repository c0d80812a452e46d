-- About the server as a whole; one row. A standby's lag is 0 when it has replayed all it received.
SELECT extract(epoch FROM pg_postmaster_start_time())::float8,
       current_setting('max_connections')::float8,
       current_setting('superuser_reserved_connections')::float8
           + coalesce(current_setting('reserved_connections', true)::float8, 0),
       pg_is_in_recovery()::int::float8,
       CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp())) END::float8
