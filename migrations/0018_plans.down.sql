SET LOCAL lock_timeout = '5s';

CREATE OR REPLACE FUNCTION stele_protect(tenant_table regclass, append_only boolean DEFAULT false, legal_hold text DEFAULT NULL,
                              audited boolean DEFAULT false, partition boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    t text := tenant_table::text;
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %s ALTER COLUMN org_id SET (n_distinct = 1, n_distinct_inherited = 1)', t);
    EXECUTE format('CREATE POLICY tenant ON %s USING (CASE WHEN org_id = (SELECT stele_org()) THEN project_id = '
                   '(SELECT stele_project()) ELSE false END)', t);
    EXECUTE format('CREATE POLICY operator ON %s FOR SELECT TO %I USING '
                   '((SELECT current_setting(''stele.operator'', true)) = ''on'')', t, stele_reader());
    EXECUTE format('GRANT SELECT ON %s TO %I', t, stele_reader());
    IF partition THEN
        RETURN;  -- its triggers come from its parent
    END IF;
    PERFORM stele_grant(CASE WHEN append_only THEN 'SELECT, INSERT' ELSE 'SELECT, INSERT, UPDATE, DELETE' END, t,
                        'stele_runtime'),
            stele_grant('SELECT', t, 'stele_readonly');
    IF audited THEN
        PERFORM stele_grant('SELECT', t, 'stele_audit');
    END IF;
    IF legal_hold IS NOT NULL THEN
        EXECUTE format('CREATE POLICY legal_hold ON %s AS RESTRICTIVE FOR DELETE USING (retention <> ''legal-hold'')', t);
        PERFORM stele_add_trigger(format(
            'CREATE TRIGGER legal_hold BEFORE DELETE ON %s FOR EACH ROW WHEN (OLD.retention = ''legal-hold'') '
            'EXECUTE FUNCTION stele_refuse_held_row(%L)', t, legal_hold));
    END IF;
    IF append_only THEN
        EXECUTE format('COMMENT ON TABLE %s IS %L', t, 'append-only');
        PERFORM stele_add_trigger(format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW '
                                         'EXECUTE FUNCTION stele_refuse_append_only()', t)),
                stele_add_trigger(format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT '
                                         'EXECUTE FUNCTION stele_refuse_append_only()', t));
    END IF;
END
$$;

DO $$
DECLARE
    t regclass;
BEGIN
    FOR t IN SELECT p.polrelid FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
             WHERE p.polname = 'tenant' AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN org_id SET (n_distinct = 1, n_distinct_inherited = 1), '
                       'ALTER COLUMN project_id RESET (n_distinct, n_distinct_inherited)', t);
    END LOOP;
END
$$;
DROP FUNCTION stele_plan_for_tenants(regclass);
