-- Every table of a schema with the expression that gives a row's bytes: its columns by name, as the
-- binary protocol sends them. Types of extensions have other object ids in every database, so their
-- values go through their own send function first. Independent of row order, of dropped columns and of
-- the order of columns. Largest first.
-- $1 schema
SELECT c.relname::text,
       'record_send(ROW(' || string_agg(
           CASE WHEN t.oid < 16384 THEN quote_ident(a.attname)
                ELSE format('%I.%I(%I)', fn.nspname, f.proname, a.attname) END,
           ', ' ORDER BY a.attname) || '))',
       pg_table_size(c.oid)
FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_proc f ON f.oid = t.typsend
    JOIN pg_namespace fn ON fn.oid = f.pronamespace
WHERE c.relnamespace = quote_ident($1)::regnamespace AND c.relkind = 'r'
GROUP BY c.oid
ORDER BY pg_table_size(c.oid) DESC, c.relname
