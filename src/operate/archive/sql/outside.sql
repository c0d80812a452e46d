-- What objects of a schema stand on that is neither in it, nor the server's, nor an extension's: a dump of the
-- schema could not be restored without it.
-- $1 schema
WITH ours AS (
    SELECT 'pg_class'::regclass AS classid, oid AS objid FROM pg_class WHERE relnamespace = quote_ident($1)::regnamespace
    UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace = quote_ident($1)::regnamespace
    UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace = quote_ident($1)::regnamespace
    UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE connamespace = quote_ident($1)::regnamespace
    UNION ALL SELECT 'pg_attrdef'::regclass, a.oid FROM pg_attrdef a JOIN pg_class c ON c.oid = a.adrelid
               WHERE c.relnamespace = quote_ident($1)::regnamespace
    UNION ALL SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
               WHERE c.relnamespace = quote_ident($1)::regnamespace
    UNION ALL SELECT 'pg_rewrite'::regclass, w.oid FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
               WHERE c.relnamespace = quote_ident($1)::regnamespace
), theirs AS (
    SELECT DISTINCT d.refclassid, d.refobjid, d.refobjsubid
    FROM ours JOIN pg_depend d USING (classid, objid)
    WHERE d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
)
SELECT pg_describe_object(t.refclassid, t.refobjid, t.refobjsubid)
FROM theirs t
    LEFT JOIN pg_class c ON t.refclassid = 'pg_class'::regclass AND c.oid = t.refobjid
    LEFT JOIN pg_proc p ON t.refclassid = 'pg_proc'::regclass AND p.oid = t.refobjid
    LEFT JOIN pg_type y ON t.refclassid = 'pg_type'::regclass AND y.oid = t.refobjid
    JOIN pg_namespace n ON n.oid = coalesce(c.relnamespace, p.pronamespace, y.typnamespace)
WHERE n.nspname NOT IN ($1, 'pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
  -- A type's array, and a table's row type, belong to what they are made of.
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.deptype = 'e' AND e.classid = t.refclassid AND e.objid = t.refobjid)
  AND NOT EXISTS (SELECT FROM pg_type element JOIN pg_depend e
                      ON e.classid = 'pg_type'::regclass AND e.objid = element.oid AND e.deptype = 'e'
                  WHERE t.refclassid = 'pg_type'::regclass AND element.typarray = t.refobjid)
ORDER BY 1
LIMIT 3
