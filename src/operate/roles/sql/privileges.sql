-- Stele's tables (partitions are reached by their parents) with what a role can do there (also by PUBLIC) and
-- what was granted to itself, which can be taken away; is it a tenant's table, is it append-only. A role that is
-- not there has nothing.
-- $1 role, $2 the tables' names
SELECT c.oid::regclass::text, c.relname::text,
       ARRAY(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
             WHERE r.oid IS NOT NULL AND has_table_privilege(r.oid, c.oid, p)),
       ARRAY(SELECT DISTINCT acl.privilege_type FROM aclexplode(c.relacl) acl
             WHERE acl.grantee = r.oid ORDER BY 1),
       EXISTS (SELECT FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped),
       c.relname ~ '_(versions|receipts|events|audit|log|history)$'
           OR coalesce(obj_description(c.oid, 'pg_class') ~* '^append-only', false)
FROM pg_class c LEFT JOIN pg_roles r ON r.rolname = $1
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname = ANY ($2)
  AND c.relnamespace = quote_ident(current_schema())::regnamespace
  AND (r.oid IS NULL OR c.relowner <> r.oid)
ORDER BY 2
