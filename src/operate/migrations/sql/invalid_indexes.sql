-- Indexes whose CREATE INDEX CONCURRENTLY was cut short: they cost writes and serve no reads.
SELECT c.relname::text, format('%I.%I', n.nspname, c.relname)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT i.indisvalid AND c.relkind = 'i'
