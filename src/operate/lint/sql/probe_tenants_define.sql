-- Defines, for this session, the probes of tenant isolation; needs tenant_tables_define. Each tenant table is given
-- a row of three tenants, then asked as stele_runtime. Constraints and triggers that hinder making rows are
-- taken away first, so the transaction must be rolled back. Answers with what is wrong: the check, the evidence.
CREATE FUNCTION pg_temp.probe_tenants() RETURNS TABLE (failed text, evidence text)
LANGUAGE plpgsql AS $body$
DECLARE
    mine constant uuid := gen_random_uuid();
    other constant uuid := gen_random_uuid();
    t record;
    hindrance record;
    pair uuid[];
    seen bigint;
    own bigint;
    without_rows text[] := '{}';
BEGIN
    FOR hindrance IN
        SELECT conrelid::regclass AS on_table, conname
        FROM pg_constraint JOIN pg_temp.tenant_tables tt ON tt.oid = conrelid
        WHERE contype IN ('f', 'c') AND conislocal AND coninhcount = 0
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', hindrance.on_table,
                       hindrance.conname);
    END LOOP;
    FOR t IN SELECT * FROM pg_temp.tenant_tables LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', t.name);
    END LOOP;

    -- The third is another project of the same organisation.
    FOR t IN SELECT * FROM pg_temp.tenant_tables ORDER BY name LOOP
        FOREACH pair SLICE 1 IN ARRAY ARRAY[[mine, mine], [other, other], [mine, other]] LOOP
            CONTINUE WHEN pair[1] <> pair[2] AND NOT t.has_project;
            PERFORM set_config('stele.org_id', pair[1]::text, true),
                    set_config('stele.project_id', pair[2]::text, true);
            BEGIN
                EXECUTE format(t.make_row, pair[1], pair[2]);
            EXCEPTION WHEN OTHERS THEN
                failed := 'tenant-rows';
                evidence := format('%s: no row can be made: %s', t.name, SQLERRM);
                RETURN NEXT;
                without_rows := without_rows || t.name;
                EXIT;
            END;
        END LOOP;
    END LOOP;

    CREATE TEMP TABLE asked ON COMMIT DROP AS
        SELECT * FROM pg_temp.tenant_tables WHERE name <> ALL (without_rows);
    GRANT SELECT ON asked TO stele_runtime;
    PERFORM set_config('role', 'stele_runtime', true);
    FOR t IN SELECT * FROM asked ORDER BY name LOOP
        -- Without a tenant: nothing is seen and nothing can be written.
        PERFORM set_config('stele.org_id', '', true), set_config('stele.project_id', '', true);
        BEGIN
            EXECUTE format('SELECT count(*) FROM %s', t.name) INTO seen;
            IF seen > 0 THEN
                failed := 'tenant-closed';
                evidence := format('%s: shows %s rows without a tenant', t.name, seen);
                RETURN NEXT;
            END IF;
        EXCEPTION
            WHEN insufficient_privilege THEN NULL;
            WHEN OTHERS THEN
                failed := 'tenant-closed';
                evidence := format('%s: %s', t.name, SQLERRM);
                RETURN NEXT;
        END;
        -- ST001 takes back what was done and should not have been possible.
        BEGIN
            EXECUTE format(t.make_row, mine, mine);
            RAISE SQLSTATE 'ST001';
        EXCEPTION
            WHEN insufficient_privilege THEN NULL;
            WHEN SQLSTATE 'ST001' THEN
                failed := 'tenant-insert';
                evidence := format('%s: takes a row without a tenant', t.name);
                RETURN NEXT;
            WHEN OTHERS THEN
                failed := 'tenant-insert';
                evidence := format('%s: refuses without a tenant, for another reason: %s', t.name,
                                   SQLERRM);
                RETURN NEXT;
        END;

        PERFORM set_config('stele.org_id', mine::text, true),
                set_config('stele.project_id', mine::text, true);
        BEGIN
            EXECUTE format(t.make_row, other, other);
            RAISE SQLSTATE 'ST001';
        EXCEPTION
            WHEN SQLSTATE 'ST001' THEN
                failed := 'tenant-insert';
                evidence := format('%s: takes another tenant''s row', t.name);
                RETURN NEXT;
            WHEN OTHERS THEN NULL;
        END;
        BEGIN
            EXECUTE format('SELECT count(*), count(*) FILTER (WHERE org_id = %L%s) FROM %s', mine,
                           CASE WHEN t.has_project THEN format(' AND project_id = %L', mine) END,
                           t.name) INTO seen, own;
            IF seen > own THEN
                failed := 'tenant-apart';
                evidence := format('%s: shows %s rows of other tenants', t.name, seen - own);
                RETURN NEXT;
            END IF;
            IF own = 0 THEN
                failed := 'tenant-rows';
                evidence := format('%s: does not show its own tenant''s row', t.name);
                RETURN NEXT;
            END IF;
        EXCEPTION WHEN insufficient_privilege THEN NULL;
        END;
        -- A DELETE without a condition asks no SELECT policy.
        BEGIN
            EXECUTE format('DELETE FROM %s', t.name);
            GET DIAGNOSTICS seen = ROW_COUNT;
            RAISE SQLSTATE 'ST001';
        EXCEPTION
            WHEN insufficient_privilege THEN NULL;
            WHEN SQLSTATE 'ST001' THEN
                IF seen > 1 THEN
                    failed := 'tenant-apart';
                    evidence := format('%s: a DELETE takes rows of other tenants', t.name);
                    RETURN NEXT;
                END IF;
        END;
    END LOOP;
    PERFORM set_config('role', 'none', true);
END
$body$
