-- Tenant tables (those with an org_id) whose row-level security is off, not forced, or without a policy. A
-- partition that the runtime role cannot reach by its own name is guarded by its parent.
SELECT format('%s: %s', c.oid::regclass,
              CASE WHEN NOT relrowsecurity THEN 'row-level security is off'
                   WHEN NOT relforcerowsecurity THEN 'row-level security is not forced'
                   ELSE 'there is no policy' END)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND attname = 'org_id' AND NOT attisdropped
JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND relname <> 'due_work'  -- ids alone, no tenant's rows
  AND NOT (relispartition
           AND NOT has_table_privilege('stele_runtime', c.oid, 'SELECT, INSERT, UPDATE, DELETE'))
  AND NOT (relrowsecurity AND relforcerowsecurity
           AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))
ORDER BY 1
