-- The extensions of this database, their versions, and the schemas that they live in.
SELECT e.extname::text, e.extversion::text, n.nspname::text
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
ORDER BY e.extname
