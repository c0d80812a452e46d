-- Which database this is, for people, whose it is, and how large.
SELECT current_database()::text, current_setting('server_version'), coalesce(current_schema(), 'public')::text,
       pg_get_userbyid(d.datdba)::text, pg_database_size(d.oid)
FROM pg_database d
WHERE d.datname = current_database()
