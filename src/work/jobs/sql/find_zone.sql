-- A time zone by its IANA name, as the server writes it. $1 name
SELECT name FROM pg_timezone_names WHERE lower(name) = lower($1) LIMIT 1
