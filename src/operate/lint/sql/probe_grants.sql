-- Grants by which row-level security is passed by, or that are everybody's: a relation granted to PUBLIC; a materialized
-- view, or a view that reads as its owner, over tenant tables and within reach of a role that serves requests; a table
-- without org_id within its reach that is not known to hold no tenant's rows; a function that runs as its owner and that
-- anybody may call. $1 the tables that are known so
WITH RECURSIVE relations AS (
    SELECT c.oid, c.relname, c.relkind, c.relacl, c.reloptions,
           EXISTS (SELECT FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped) AS has_org
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend e
                        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
), reads AS (  -- which view reads which relation
    SELECT DISTINCT w.ev_class AS view, d.refobjid AS relation
    FROM pg_rewrite w
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
            AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
), of_tenants (oid) AS (
    SELECT oid FROM relations WHERE relkind IN ('r', 'p') AND has_org AND relname <> 'due_work'
    UNION
    SELECT r.view FROM of_tenants t JOIN reads r ON r.relation = t.oid
), served AS (
    SELECT r.*, s.role
    FROM relations r CROSS JOIN unnest(ARRAY['stele_runtime', 'stele_readonly']) AS s (role)
    WHERE has_any_column_privilege(s.role, r.oid, 'SELECT, INSERT, UPDATE')
        OR has_table_privilege(s.role, r.oid, 'DELETE, TRUNCATE')
)
SELECT format('%s: %s is granted to PUBLIC', r.oid::regclass, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type))
FROM relations r
    CROSS JOIN LATERAL (SELECT x.grantee, x.privilege_type FROM aclexplode(r.relacl) x
                        UNION SELECT x.grantee, x.privilege_type
                        FROM pg_attribute c CROSS JOIN aclexplode(c.attacl) x WHERE c.attrelid = r.oid) a
WHERE a.grantee = 0 AND NOT (r.relname = 'schema_migrations' AND a.privilege_type = 'SELECT')
GROUP BY r.oid
UNION ALL
SELECT format('%s: %s may reach rows of every tenant in a materialized view, which row-level security does not guard',
              oid::regclass, role)
FROM served WHERE relkind = 'm' AND oid IN (SELECT oid FROM of_tenants)
UNION ALL
SELECT format('%s: %s reaches tenants'' rows as the view''s owner: it needs security_invoker', oid::regclass, role)
FROM served
WHERE relkind = 'v' AND oid IN (SELECT oid FROM of_tenants)
    AND NOT coalesce(reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1']
UNION ALL
SELECT format('%s: %s may reach a table without org_id', oid::regclass, role)
FROM served WHERE relkind IN ('r', 'p', 'f') AND NOT has_org AND relname <> ALL ($1)
UNION ALL
SELECT format('%s: anybody may call a function that runs as its owner', p.oid::regprocedure)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prosecdef AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
ORDER BY 1
