-- The statements of this database that cost most in total. $1 how many.
SELECT calls, total_exec_time, mean_exec_time, max_exec_time, rows,
       coalesce(shared_blks_hit::float8 / nullif(shared_blks_hit + shared_blks_read, 0), 1),
       left(query, 4000)
  FROM pg_stat_statements
 WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
 ORDER BY total_exec_time DESC LIMIT $1
