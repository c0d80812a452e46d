-- The columns of one table that are stored, the tenant's first: name, name for SQL, type, place in the
-- primary key (0: not in it), and how to sort by it the same on every server. `indexed` says that a row is in
-- one of this database's segments: it stays here, and what arrives has the default, in none.
-- $1 the table's name for SQL
SELECT a.attname::text, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
       coalesce(k.place, 0)::int,
       quote_ident(a.attname) || CASE WHEN a.attcollation <> 0 THEN ' COLLATE "C"' ELSE '' END
FROM pg_attribute a
    LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
    LEFT JOIN LATERAL (SELECT place FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS p (attnum, place)
                       WHERE p.attnum = a.attnum AND place <= i.indnkeyatts) k ON true
WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    AND a.attname <> 'indexed'
ORDER BY a.attname <> 'org_id', a.attname <> 'project_id', a.attnum
