-- Tables whose rows this role does not all see: row-level security binds it and no policy for operators
-- lets it through. A dump by such a role would be silently incomplete.
-- $1 schema
SELECT c.relname::text
FROM pg_class c
WHERE c.relnamespace = quote_ident($1)::regnamespace AND c.relkind = 'r' AND row_security_active(c.oid)
  AND NOT EXISTS (SELECT FROM pg_policy p
                  WHERE p.polrelid = c.oid AND p.polname = 'operator'
                    AND EXISTS (SELECT FROM unnest(p.polroles) AS role
                                WHERE CASE WHEN role = 0 THEN true
                                           ELSE pg_has_role(role, 'USAGE') END))
ORDER BY 1
