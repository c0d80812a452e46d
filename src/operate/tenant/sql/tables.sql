-- Every table that holds tenants' rows: what has an org_id, but not the segments and lists of search: those
-- are made from the rows wherever they come to stand (columns.sql); nor what lets somebody call a server. Per table: its name, its name for SQL, does
-- row-level security bind this session there, may it read, the tenant tables that its foreign keys
-- refer to, and "column table" for each foreign key to a table that is no tenant's.
SELECT c.relname::text, format('%I.%I', n.nspname, c.relname), row_security_active(c.oid),
       has_table_privilege(c.oid, 'SELECT'),
       ARRAY(SELECT DISTINCT r.relname::text
             FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
             WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conparentid = 0
                   AND EXISTS (SELECT FROM pg_attribute o
                               WHERE o.attrelid = r.oid AND o.attname = 'org_id')
             ORDER BY 1),
       ARRAY(SELECT DISTINCT (SELECT string_agg(k.attname, ',' ORDER BY k.attnum)
                              FROM pg_attribute k
                              WHERE k.attrelid = c.oid AND k.attnum = ANY (f.conkey))
                             || ' ' || r.relname
             FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
             WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conparentid = 0
                   AND NOT EXISTS (SELECT FROM pg_attribute o
                                   WHERE o.attrelid = r.oid AND o.attname = 'org_id')
             ORDER BY 1)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
      AND pg_table_is_visible(c.oid)
      AND c.relname NOT IN ('search_segments', 'search_blocks', 'segment_queue', 'vector_lists', 'vector_codes',
                            'due_work', 'dead_letters', 'api_tokens', 'cookie_sessions', 'revocation_heads',
                            'revocations')
      AND EXISTS (SELECT FROM pg_attribute a
                  WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped)
ORDER BY c.relname COLLATE "C"
