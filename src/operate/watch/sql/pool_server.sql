-- How many connections there may be: in all, kept back, for this role and for this database (-1: no
-- limit of its own); then shared_buffers in bytes.
SELECT current_setting('max_connections')::int8,
       current_setting('superuser_reserved_connections')::int8
           + coalesce(current_setting('reserved_connections', true)::int8, 0),
       (SELECT rolconnlimit::int8 FROM pg_roles WHERE rolname = session_user),
       (SELECT datconnlimit::int8 FROM pg_database WHERE datname = current_database()),
       pg_size_bytes(current_setting('shared_buffers'))
