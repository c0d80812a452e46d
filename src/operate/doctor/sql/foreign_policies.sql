-- Policies on tables with a tenant key that no migration of Stele makes.
SELECT quote_ident(p.polname), p.polrelid::regclass::text FROM pg_policy p
 WHERE p.polpermissive AND p.polname NOT IN ('tenant', 'operator')
   AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = p.polrelid AND a.attname = 'org_id')
 ORDER BY 2, 1
