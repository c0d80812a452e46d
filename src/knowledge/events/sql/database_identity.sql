-- Which database this is: a restore makes a new one that takes the name of the old.
SELECT oid::bigint FROM pg_database WHERE datname = current_database()
