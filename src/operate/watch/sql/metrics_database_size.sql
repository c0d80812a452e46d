-- Size of this database; age of the oldest unfrozen transaction of every one.
SELECT datname::text,
       CASE WHEN datname = current_database() THEN pg_database_size(oid)::float8 END,
       age(datfrozenxid)::float8, mxid_age(datminmxid)::float8
  FROM pg_database WHERE datallowconn
