-- Everything that migrations can make in a database, one line for each thing: two catalogs are the
-- same when their lines are. Members of extensions are their extension's; object ids, times and what
-- autovacuum writes are left out. The leading word says what a line is about.
WITH schemas AS (
    SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), members AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), relations AS (
    SELECT c.*, format('%I.%I', s.nspname, c.relname) AS id
    FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
      AND NOT EXISTS (SELECT FROM members WHERE classid = 'pg_class'::regclass AND objid = c.oid)
), types AS (
    SELECT t.*, format('%I.%I', s.nspname, t.typname) AS id
    FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace
    WHERE t.typtype IN ('e', 'd', 'r')
      AND NOT EXISTS (SELECT FROM members WHERE classid = 'pg_type'::regclass AND objid = t.oid)
), functions AS (
    SELECT p.* FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
    WHERE NOT EXISTS (SELECT FROM members WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
), lines (line) AS (
    SELECT format('extension %I %s', extname, extversion) FROM pg_extension
    UNION ALL
    SELECT format('schema %I owner %s grants %s', nspname, nspowner::regrole,
                  (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(nspacl) a))
    FROM schemas
    UNION ALL
    SELECT concat_ws(' ', 'relation', id, relkind, relpersistence, 'owner', relowner::regrole,
                     'rls', relrowsecurity, relforcerowsecurity, 'options', reloptions::text,
                     'partition', pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid), 'grants',
                     (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(relacl) a),
                     'comment', obj_description(oid, 'pg_class'), 'view',
                     CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END)
    FROM relations
    UNION ALL
    SELECT concat_ws(' ', 'column', r.id, row_number() OVER (PARTITION BY r.oid ORDER BY attnum),
                     quote_ident(attname), format_type(atttypid, atttypmod),
                     CASE WHEN attnotnull THEN 'NOT NULL' END, 'default',
                     pg_get_expr(d.adbin, d.adrelid), 'identity', attidentity, 'generated',
                     attgenerated, 'collation', nullif(attcollation, 0)::regcollation, 'grants',
                     (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(attacl) a))
    FROM relations r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    UNION ALL
    SELECT concat_ws(' ', 'constraint', coalesce(r.id, t.id), quote_ident(conname),
                     pg_get_constraintdef(c.oid), 'valid', convalidated)
    FROM pg_constraint c LEFT JOIN relations r ON r.oid = c.conrelid
    LEFT JOIN types t ON t.oid = c.contypid
    WHERE coalesce(r.id, t.id) IS NOT NULL
    UNION ALL
    SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), 'valid', indisvalid)
    FROM pg_index i JOIN relations r ON r.oid = i.indrelid
    UNION ALL
    SELECT concat_ws(' ', 'policy', r.id, quote_ident(polname), polcmd, polpermissive,
                     (SELECT string_agg(m::regrole::text, ' ' ORDER BY m::regrole::text)
                      FROM unnest(polroles) m),
                     'using', pg_get_expr(polqual, polrelid), 'check',
                     pg_get_expr(polwithcheck, polrelid))
    FROM pg_policy p JOIN relations r ON r.oid = p.polrelid
    UNION ALL
    SELECT concat_ws(' ', 'trigger', r.id, pg_get_triggerdef(t.oid), tgenabled)
    FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT concat_ws(' ', 'rule', pg_get_ruledef(w.oid), ev_enabled)
    FROM pg_rewrite w JOIN relations r ON r.oid = w.ev_class WHERE rulename <> '_RETURN'
    UNION ALL
    SELECT concat_ws(' ', 'statistics', pg_get_statisticsobjdef(x.oid), stxstattarget)
    FROM pg_statistic_ext x JOIN relations r ON r.oid = x.stxrelid
    UNION ALL
    SELECT concat_ws(' ', 'sequence', r.id, format_type(seqtypid, NULL), seqstart, seqincrement,
                     seqmin, seqmax, seqcycle)
    FROM pg_sequence q JOIN relations r ON r.oid = q.seqrelid
    UNION ALL
    SELECT concat_ws(' ', 'type', id, 'owner', typowner::regrole, 'base',
                     format_type(typbasetype, typtypmod), typdefault,
                     (SELECT string_agg(quote_literal(enumlabel), ' ' ORDER BY enumsortorder)
                      FROM pg_enum WHERE enumtypid = types.oid), 'grants',
                     (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(typacl) a))
    FROM types
    UNION ALL
    SELECT concat_ws(' ', 'function', oid::regprocedure, 'owner', proowner::regrole,
                     CASE WHEN prokind = 'a' THEN 'aggregate' ELSE pg_get_functiondef(oid) END,
                     'grants',
                     (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(proacl) a))
    FROM functions
    UNION ALL
    SELECT concat_ws(' ', 'default grants', defaclrole::regrole, defaclnamespace::regnamespace,
                     defaclobjtype, defaclacl::text)
    FROM pg_default_acl
    UNION ALL
    SELECT concat_ws(' ', 'event trigger', evtname, evtevent, evtfoid::regproc, evtenabled, evttags)
    FROM pg_event_trigger
)
SELECT line FROM lines
