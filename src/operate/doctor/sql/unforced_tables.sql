-- Tables with a tenant key on which row-level security is off, not forced, or without the tenant's policy;
-- and whether they have that policy.
SELECT c.oid::regclass::text, EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant')
  FROM pg_class c
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('memories'))
   AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped)
   AND c.relname <> 'due_work'  -- ids alone, no tenant's rows
   AND NOT (c.relrowsecurity AND c.relforcerowsecurity
            AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant'))
 ORDER BY 1
