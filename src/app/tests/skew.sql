-- One large tenant beside two hundred small ones, in every tenant table, with fresh statistics: for a test of plans.
-- $ORGS: true for a tenant an organisation, false for one organisation of many projects.
--
-- The values are nobody's: checks, keys to other tables and triggers are off, and each column gets what its type takes,
-- or none where it may. A page holds a tenth of the rows that it could, so that reading a table costs what it costs in
-- a database of ten times the rows.
SET session_replication_role = replica;
DO $$
DECLARE
    t record;
    c record;
    names text;
    values text;
    value text;
BEGIN
    CREATE TEMP TABLE few AS  -- columns of few values
    SELECT conrelid, conkey[1] AS attnum,
           ARRAY(SELECT m[1] FROM regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''::text', 'g') m) AS allowed
    FROM pg_constraint
    WHERE contype = 'c' AND cardinality(conkey) = 1 AND pg_get_constraintdef(oid) LIKE '%ANY (ARRAY[%';
    FOR c IN SELECT conrelid::regclass AS owner, conname FROM pg_constraint
             WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND coninhcount = 0 LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.owner, c.conname);
    END LOOP;
    FOR t IN SELECT p.polrelid::regclass AS name, k.relkind FROM pg_policy p JOIN pg_class k ON k.oid = p.polrelid
             WHERE p.polname = 'tenant' AND NOT k.relispartition ORDER BY 1 LOOP
        IF t.relkind = 'r' THEN
            EXECUTE format('ALTER TABLE %s SET (fillfactor = 10)', t.name);
        END IF;
        names := '';
        values := '';
        FOR c IN SELECT a.attname, a.attnotnull, y.typname, y.typcategory,
                        (SELECT allowed FROM few WHERE conrelid = a.attrelid AND attnum = a.attnum LIMIT 1) AS few
                 FROM pg_attribute a
                     JOIN pg_type y ON y.oid = a.atttypid
                 WHERE a.attrelid = t.name AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                     AND a.attidentity = '' ORDER BY a.attnum LOOP
            names := names || ', ' || quote_ident(c.attname);
            value := CASE
                WHEN c.attname = 'org_id' THEN 'tenant'
                WHEN c.attname = 'project_id' THEN 'project'
                WHEN c.few IS NOT NULL AND c.typcategory = 'S' THEN
                    format('(%L::text[])[1 + g %% %s]', c.few, cardinality(c.few))
                WHEN c.typname = 'uuid' THEN 'gen_random_uuid()'
                WHEN c.typname IN ('text', 'varchar') THEN '''v'' || tenant::text || g'
                WHEN c.typname = 'bytea' THEN 'sha256((tenant::text || g)::bytea)'
                WHEN c.typname = 'bool' THEN 'g % 2 = 0'
                WHEN c.typname IN ('int2', 'int4', 'int8', 'numeric', 'float4', 'float8') THEN 'g'
                WHEN c.typname = 'timestamptz' THEN 'now() - g * interval ''1 s'''
                WHEN c.typname = 'date' THEN 'current_date - g'
                WHEN c.typname = 'interval' THEN 'interval ''1 s'''
                WHEN c.typname IN ('jsonb', 'json') THEN '''{}'''
                WHEN c.typname = 'sparsevec' THEN '''{}/1000000000'''
                WHEN c.typname IN ('halfvec', 'vector') THEN '''[1,2,3]'''
                WHEN c.typname IN ('bit', 'varbit') THEN 'g::bit(64)'
                WHEN c.typcategory = 'A' THEN '''{}'''
                ELSE 'NULL' END;
            values := values || ', ' || CASE WHEN c.attnotnull THEN value
                ELSE format('CASE WHEN g %% 2 = 0 THEN (%s)::%I END', value, c.typname) END;
        END LOOP;
        EXECUTE format(
            'INSERT INTO %s (%s) SELECT %s FROM generate_series(0, 200) i, uuid(md5(''org '' || %s)) tenant, '
            'uuid(md5(''project '' || %s)) project, generate_series(1, CASE WHEN i = 0 THEN 8000 ELSE 20 END) g '
            'ON CONFLICT DO NOTHING',
            t.name, substr(names, 3), substr(values, 3), 'CASE WHEN $ORGS THEN i ELSE 0 END',
            'CASE WHEN $ORGS THEN 0 ELSE i END');
    END LOOP;
END
$$;
ANALYZE;
