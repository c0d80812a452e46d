-- The database with the oldest unfrozen transaction id.
SELECT datname::text, age(datfrozenxid)::int8 FROM pg_database WHERE datallowconn
 ORDER BY age(datfrozenxid) DESC, datname LIMIT 1
