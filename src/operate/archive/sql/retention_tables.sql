-- The tables of a schema that carry a retention class. $1 schema
SELECT c.relname::text
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'retention' AND NOT a.attisdropped
WHERE c.relnamespace = quote_ident($1)::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.atttypid = 'text'::regtype
ORDER BY 1
