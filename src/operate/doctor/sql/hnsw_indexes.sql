-- HNSW indexes of this database: whole, and how often used since the statistics were reset.
SELECT format('%I.%I', n.nspname, c.relname), i.indisvalid AND i.indisready, coalesce(s.idx_scan, 0)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = i.indexrelid
 WHERE a.amname = 'hnsw' ORDER BY i.indisvalid, 1
