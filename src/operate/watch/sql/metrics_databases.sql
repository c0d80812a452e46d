-- pg_stat_database, every database. Sizes only of this one: others may be closed to this role.
SELECT s.datid::text, s.datname::text, s.numbackends::float8, s.xact_commit::float8, s.xact_rollback::float8,
       s.blks_read::float8, s.blks_hit::float8, s.tup_returned::float8, s.tup_fetched::float8,
       s.tup_inserted::float8, s.tup_updated::float8, s.tup_deleted::float8, s.conflicts::float8,
       s.temp_files::float8, s.temp_bytes::float8, s.deadlocks::float8,
       s.blk_read_time, s.blk_write_time
  FROM pg_stat_database s WHERE s.datname IS NOT NULL
