-- Privileges of the runtime role that would let it change history. A table is append-only when its name ends in
-- _versions, _receipts, _events, _audit, _log or _history, or its comment begins with "append-only".
SELECT format('%s: stele_runtime may %s', c.oid::regclass, privilege)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) privilege
WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND (relname ~ '_(versions|receipts|events|audit|log|history)$'
       OR obj_description(c.oid, 'pg_class') ~* '^append-only')
  AND (has_table_privilege('stele_runtime', c.oid, privilege)
       OR (privilege = 'UPDATE' AND has_any_column_privilege('stele_runtime', c.oid, 'UPDATE')))
ORDER BY 1
