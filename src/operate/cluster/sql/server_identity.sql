-- Which server and database this is, whatever the address it was reached by: no two servers start in the
-- same microsecond.
SELECT extract(epoch FROM pg_postmaster_start_time())::text || ' ' || current_database(), oid::int8
FROM pg_database
WHERE datname = current_database()
