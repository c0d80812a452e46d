-- What Stele's own roles may do in a schema; a dump carries no privileges, so the manifest does. A function that not
-- everybody may call is one that PUBLIC has no entry of: those come with who may.
-- $1 schema
SELECT r.rolname::text, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || quote_ident(c.relname),
       string_agg(acl.privilege_type, ', ' ORDER BY acl.privilege_type)
FROM pg_class c
    CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
    JOIN pg_roles r ON r.oid = acl.grantee
WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p', 'S')
  AND r.rolname = ANY (ARRAY['stele_runtime', 'stele_readonly', 'stele_operator', 'stele_audit', 'stele_maintenance'])
GROUP BY 1, 2
UNION ALL
SELECT coalesce(r.rolname, '')::text, format('FUNCTION %I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)),
       'EXECUTE'
FROM pg_proc p
    LEFT JOIN LATERAL (SELECT g.rolname FROM aclexplode(p.proacl) AS acl JOIN pg_roles g ON g.oid = acl.grantee
                       WHERE g.rolname IN ('stele_runtime', 'stele_readonly', 'stele_operator', 'stele_audit',
                                           'stele_maintenance')) r ON true
WHERE p.pronamespace = $1::regnamespace AND p.proacl IS NOT NULL
  AND NOT EXISTS (SELECT FROM aclexplode(p.proacl) AS acl WHERE acl.grantee = 0)
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1, 2
