-- The tables of which every row is a tenant's, as what goes into a statement.
SELECT c.oid::regclass::text
  FROM pg_class c
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('memories'))
   AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped)
   AND c.relname <> 'due_work'  -- ids alone, no tenant's rows
 ORDER BY 1
