-- What else than the primary key must be unique in one table: the columns, for SQL, and the condition
-- under which ("" always). Indexes over expressions are left to the server to enforce.
-- $1 the table's name for SQL
SELECT ARRAY(SELECT quote_ident(a.attname)
             FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS p (attnum, place)
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.attnum
             WHERE place <= i.indnkeyatts
             ORDER BY place),
       coalesce(pg_get_expr(i.indpred, i.indrelid), '')
FROM pg_index i
WHERE i.indrelid = to_regclass($1) AND i.indisunique AND NOT i.indisprimary AND i.indisvalid
      AND i.indexprs IS NULL
ORDER BY i.indexrelid
