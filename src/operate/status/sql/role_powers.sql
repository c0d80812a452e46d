-- What a role can do: kind, object, the powers it holds there, is it a tenant's table, is it append-only. A
-- superuser's tables are left out: it may do everything. $1 role
WITH r AS (SELECT * FROM pg_roles WHERE rolname = $1),
tables AS (
    SELECT c.oid, c.relname, c.relowner,
           EXISTS (SELECT FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped) AS tenant,
           c.relname ~ '_(versions|receipts|events|audit|log|history)$'
               OR coalesce(obj_description(c.oid, 'pg_class') ~* '^append-only', false) AS append_only
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p')
      AND c.relnamespace = quote_ident(current_schema())::regnamespace
)
SELECT 'role', '', array_remove(ARRAY[CASE WHEN rolsuper THEN 'is a superuser' END,
                                      CASE WHEN rolbypassrls THEN 'bypasses row-level security' END,
                                      CASE WHEN rolcreaterole THEN 'creates roles' END,
                                      CASE WHEN rolcreatedb THEN 'creates databases' END,
                                      CASE WHEN rolreplication THEN 'replicates' END], NULL),
       false, false
FROM r
UNION ALL
SELECT 'schema', nspname::text, ARRAY['may CREATE in schema'], false, false
FROM r, pg_namespace n
WHERE NOT r.rolsuper AND n.oid = quote_ident(current_schema())::regnamespace
  AND has_schema_privilege(r.oid, n.oid, 'CREATE')
UNION ALL
SELECT 'member', o.rolname::text, ARRAY['is a member of'], false, false
FROM r, pg_roles o
WHERE NOT r.rolsuper AND o.oid <> r.oid AND pg_has_role(r.oid, o.oid, 'MEMBER')
  AND (o.rolname = 'stele_operator' OR o.rolsuper OR o.oid IN (SELECT relowner FROM tables))
UNION ALL
SELECT 'owner', t.relname::text, ARRAY['owns'], false, false
FROM r JOIN tables t ON t.relowner = r.oid
UNION ALL
SELECT 'table', t.relname::text,
       ARRAY(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE',
                                        'REFERENCES', 'TRIGGER']) p
             WHERE has_table_privilege(r.oid, t.oid, p)
                OR (p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                    AND has_any_column_privilege(r.oid, t.oid, p))),
       t.tenant, t.append_only
FROM r, tables t
WHERE NOT r.rolsuper AND t.relowner <> r.oid
ORDER BY 1, 2
