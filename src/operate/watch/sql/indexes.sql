-- Every index outside the system's schemas. The twin is another, valid index that serves the same: same
-- table, method, columns, classes, order, expressions and condition; of two the one that stays is the one
-- that enforces something, then the first by name.
WITH i AS (
    SELECT x.*, c.relname, n.nspname, a.amname,
           EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid) AS constrains
      FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am a ON a.oid = c.relam
     WHERE c.relkind = 'i' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%'
)
SELECT format('%I.%I', i.nspname, i.relname), i.indrelid::regclass::text, i.amname::text,
       pg_relation_size(i.indexrelid), coalesce(s.idx_scan, 0), i.indisvalid, i.indisready,
       EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid),
       i.relname ~ '_ccnew[0-9]*$' OR i.relname ~ '_ccold[0-9]*$',
       (SELECT format('%I.%I', t.nspname, t.relname) FROM i t
         WHERE t.indexrelid <> i.indexrelid AND t.indrelid = i.indrelid AND t.indisvalid
           AND t.amname = i.amname AND t.indkey::text = i.indkey::text
           AND t.indnkeyatts = i.indnkeyatts
           AND t.indclass::text = i.indclass::text AND t.indcollation::text = i.indcollation::text
           AND t.indoption::text = i.indoption::text
           AND coalesce(pg_get_expr(t.indexprs, t.indrelid), '') = coalesce(pg_get_expr(i.indexprs, i.indrelid), '')
           AND coalesce(pg_get_expr(t.indpred, t.indrelid), '') = coalesce(pg_get_expr(i.indpred, i.indrelid), '')
           AND NOT i.constrains AND NOT i.indisreplident AND (t.indisunique OR NOT i.indisunique)
           AND (t.constrains OR (t.indisunique AND NOT i.indisunique)
                OR (t.indisunique = i.indisunique AND t.relname < i.relname))
         ORDER BY t.constrains DESC, t.relname LIMIT 1)
  FROM i LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = i.indexrelid
