-- Privileges of the audit role, stele_readonly, that are no reading.
SELECT format('%s: stele_readonly may %s', c.oid::regclass, privilege)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) privilege
WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
  AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND (has_table_privilege('stele_readonly', c.oid, privilege)
       OR (privilege IN ('INSERT', 'UPDATE')
           AND has_any_column_privilege('stele_readonly', c.oid, privilege)))
ORDER BY 1
