-- Which database this is, for people and for telling two connections to the same one apart: the
-- cluster's identifier (NULL when the server does not tell it) and the database's object id.
SELECT current_database()::text, current_setting('server_version'), coalesce(current_schema(), 'public')::text,
       d.oid::bigint, pg_get_userbyid(d.datdba)::text, pg_database_size(d.oid),
       (SELECT system_identifier::text FROM pg_control_system()
         WHERE has_function_privilege('pg_control_system()', 'EXECUTE')),
       extract(epoch FROM pg_postmaster_start_time())::text
FROM pg_database d
WHERE d.datname = current_database()
