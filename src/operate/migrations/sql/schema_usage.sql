-- The statements that let Stele's roles enter the schemas of its tables and extensions, where they may not yet.
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', n.nspname, r.rolname)
FROM pg_roles r, pg_namespace n
WHERE r.rolname ~ '^stele_' AND NOT r.rolcanlogin AND NOT has_schema_privilege(r.oid, n.oid, 'USAGE')
  AND (n.nspname = current_schema()
       OR n.oid IN (SELECT extnamespace FROM pg_extension WHERE extname IN ('vector', 'pg_trgm', 'pgcrypto')))
ORDER BY 1
