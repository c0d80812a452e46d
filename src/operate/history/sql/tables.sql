-- The tables of the schema that is worked in: name; does row-level security hide other tenants' rows from
-- this role; the expressions that say when a row was written. A UUIDv7 carries its time, which an imported
-- row's created_at does not.
SELECT c.relname::text,
       row_security_active(c.oid)
           AND NOT EXISTS (SELECT FROM pg_policy p
                           WHERE p.polrelid = c.oid AND p.polname = 'operator'
                             AND EXISTS (SELECT FROM unnest(p.polroles) AS role
                                         WHERE CASE WHEN role = 0 THEN true
                                                    ELSE pg_has_role(role, 'USAGE') END)),
       ARRAY(SELECT CASE WHEN a.atttypid = 'timestamptz'::regtype THEN quote_ident(a.attname)
                         ELSE format('CASE WHEN substr(%1$I::text, 15, 1) = ''7'' THEN to_timestamp(('
                                     '''x'' || replace(substr(%1$I::text, 1, 13), ''-'', '''')'
                                     ')::bit(48)::bigint / 1000.0) END', a.attname) END
             FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               AND ((a.atttypid = 'timestamptz'::regtype
                     AND a.attname IN ('created_at', 'updated_at', 'replaced_at', 'forgotten_at',
                                       'queued_at', 'deleted_at', 'applied_at', 'recorded_at'))
                    OR (a.atttypid = 'uuid'::regtype AND a.attname = 'id'))
             ORDER BY a.attnum)
FROM pg_class c
WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
ORDER BY 1
