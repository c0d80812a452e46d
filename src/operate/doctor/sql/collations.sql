-- Collations whose provider has changed since they were made: the database's own (no name), then those in use
-- or made by somebody.
SELECT NULL::text, datcollversion::text, pg_database_collation_actual_version(oid)::text
  FROM pg_database
 WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid)
UNION ALL
SELECT format('%I.%I', n.nspname, c.collname), c.collversion::text, pg_collation_actual_version(c.oid)::text
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE c.collversion <> pg_collation_actual_version(c.oid)
   AND (n.nspname <> 'pg_catalog' OR c.oid IN (SELECT attcollation FROM pg_attribute WHERE attrelid >= 16384))
