-- Is there a ledger, does it look like Stele's, and has it checksums?
SELECT to_regclass(quote_ident(current_schema()) || '.schema_migrations') IS NOT NULL,
       count(*) FILTER (WHERE attname IN ('version', 'name', 'applied_at', 'phase')) = 4,
       count(*) FILTER (WHERE attname = 'checksum') = 1
  FROM pg_attribute
 WHERE attrelid = to_regclass(quote_ident(current_schema()) || '.schema_migrations') AND attnum > 0 AND NOT attisdropped
