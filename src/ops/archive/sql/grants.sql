-- What Stele's own roles may do in a schema; a dump carries no privileges, so the manifest does.
-- $1 schema
SELECT r.rolname::text, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || quote_ident(c.relname),
       string_agg(acl.privilege_type, ', ' ORDER BY acl.privilege_type)
FROM pg_class c
    CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
    JOIN pg_roles r ON r.oid = acl.grantee
WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p', 'S')
  AND r.rolname = ANY (ARRAY['stele_runtime', 'stele_readonly', 'stele_operator', 'stele_audit'])
GROUP BY 1, 2
ORDER BY 1, 2
