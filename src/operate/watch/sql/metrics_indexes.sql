-- pg_stat_user_indexes of this database, with sizes unless somebody holds the index or its table.
SELECT current_database()::text, s.schemaname::text, s.relname::text, s.indexrelname::text,
       s.idx_scan::float8, s.idx_tup_read::float8, s.idx_tup_fetch::float8,
       CASE WHEN NOT EXISTS (SELECT FROM pg_locks l WHERE l.mode = 'AccessExclusiveLock'
                                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                                AND l.relation IN (s.relid, s.indexrelid))
            THEN pg_relation_size(s.indexrelid) END::float8
  FROM pg_stat_user_indexes s
 ORDER BY s.indexrelid LIMIT 2000
