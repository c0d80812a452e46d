-- pg_stat_user_tables of this database. A table that somebody holds exclusively has no size this time:
-- asking for it would wait. (Databases of one template share their tables' object ids.)
SELECT current_database()::text, s.schemaname::text, s.relname::text,
       s.seq_scan::float8, s.seq_tup_read::float8, s.idx_scan::float8, s.idx_tup_fetch::float8,
       s.n_tup_ins::float8, s.n_tup_upd::float8, s.n_tup_del::float8, s.n_tup_hot_upd::float8,
       s.n_live_tup::float8, s.n_dead_tup::float8, s.n_mod_since_analyze::float8,
       coalesce(extract(epoch FROM s.last_vacuum), 0)::float8,
       coalesce(extract(epoch FROM s.last_autovacuum), 0)::float8,
       coalesce(extract(epoch FROM s.last_analyze), 0)::float8,
       coalesce(extract(epoch FROM s.last_autoanalyze), 0)::float8,
       s.vacuum_count::float8, s.autovacuum_count::float8,
       s.analyze_count::float8, s.autoanalyze_count::float8,
       CASE WHEN held.relation IS NULL THEN pg_table_size(s.relid) END::float8,
       CASE WHEN held.relation IS NULL THEN pg_indexes_size(s.relid) END::float8
  FROM pg_stat_user_tables s
  LEFT JOIN (SELECT DISTINCT relation FROM pg_locks
              WHERE mode = 'AccessExclusiveLock'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) held
         ON held.relation = s.relid
 ORDER BY s.relid LIMIT 1000
