-- What Stele's own roles may do in a schema and on its functions, and who may enter the schemas of
-- extensions; a dump carries no privileges, so the manifest does. NONE: a function that PUBLIC may not call,
-- which a new one lets it.
-- $1 schema
WITH roles AS (
    SELECT oid, rolname::text AS name FROM pg_roles WHERE rolname ~ '^stele_' AND NOT rolcanlogin
    UNION ALL SELECT 0, 'PUBLIC'
), schemas AS (
    SELECT n.oid, n.nspname, n.nspacl FROM pg_namespace n
    WHERE n.nspname = $1 OR n.oid IN (SELECT extnamespace FROM pg_extension WHERE extname <> 'plpgsql')
), objects AS (
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || quote_ident(c.relname) AS object,
           c.relacl AS acl
    FROM pg_class c WHERE c.relnamespace = quote_ident($1)::regnamespace AND c.relkind IN ('r', 'p', 'S')
    UNION ALL
    SELECT format('FUNCTION %I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), p.proacl
    FROM pg_proc p WHERE p.pronamespace = quote_ident($1)::regnamespace AND p.prokind <> 'p'
    UNION ALL
    SELECT format('SCHEMA %I', nspname), nspacl FROM schemas WHERE nspname <> 'pg_catalog'
)
SELECT r.name, o.object, string_agg(acl.privilege_type, ', ' ORDER BY acl.privilege_type)
FROM objects o CROSS JOIN LATERAL aclexplode(o.acl) AS acl JOIN roles r ON r.oid = acl.grantee
GROUP BY 1, 2
UNION ALL
SELECT 'PUBLIC', o.object, 'NONE' FROM objects o
WHERE o.object LIKE 'FUNCTION %' AND o.acl IS NOT NULL
  AND NOT EXISTS (SELECT FROM aclexplode(o.acl) AS acl WHERE acl.grantee = 0)
ORDER BY 1, 2
