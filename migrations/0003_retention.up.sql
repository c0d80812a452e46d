-- Retention: how long a memory is kept, and the proof of what was taken away because its time had passed.
--
-- A legal hold is the database's own law: no role that row-level security binds can delete such a row, the
-- owner included, and the trigger stops those whom it does not bind. Who ends a hold changes the class first,
-- which leaves a version.
SET LOCAL lock_timeout = '5s';

-- Every row gets the default in this very statement, so there is nothing to validate: a scan would only hold
-- the lock for longer. New rows are checked.
ALTER TABLE memories ADD COLUMN retention text NOT NULL DEFAULT 'standard';
ALTER TABLE memories ADD CONSTRAINT memories_retention
    CHECK (retention IN ('ephemeral', 'standard', 'audit', 'legal-hold')) NOT VALID;

CREATE POLICY legal_hold ON memories AS RESTRICTIVE FOR DELETE USING (retention <> 'legal-hold');

CREATE FUNCTION stele_refuse_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'memory % is under legal hold', OLD.id
        USING ERRCODE = 'restrict_violation', HINT = 'change its retention class first';
END
$$;
CREATE TRIGGER memories_held BEFORE DELETE ON memories FOR EACH ROW
    WHEN (OLD.retention = 'legal-hold') EXECUTE FUNCTION stele_refuse_held();

-- Append-only: which rows retention deleted from which table, by which rule, when, by whom.
CREATE TABLE retention_log (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    id         uuid NOT NULL,
    applied_at timestamptz NOT NULL,
    applied_by text NOT NULL,
    table_name text NOT NULL,
    class      text NOT NULL,
    rule       text NOT NULL,
    row_count  integer NOT NULL CHECK (row_count > 0),
    row_ids    uuid[] NOT NULL,
    PRIMARY KEY (org_id, id)
);
ALTER TABLE retention_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE retention_log FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON retention_log
    USING (org_id = stele_org() AND project_id = stele_project())
    WITH CHECK (org_id = stele_org() AND project_id = stele_project());

-- Who audits reads the proofs and nothing else.
DO $$
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_audit') THEN
            CREATE ROLE stele_audit NOLOGIN;
        END IF;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's migration won
        WHEN insufficient_privilege THEN
            RAISE NOTICE 'role stele_audit was not created: no privilege to create roles';
    END;
END
$$;

DO $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
BEGIN
    EXECUTE format('CREATE POLICY operator ON retention_log FOR SELECT TO %I USING '
                   '(current_setting(''stele.operator'', true) = ''on'')', reader);
    EXECUTE format('GRANT SELECT ON retention_log TO %I', reader);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
        GRANT SELECT, INSERT ON retention_log TO stele_runtime;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_readonly') THEN
        GRANT SELECT ON retention_log TO stele_readonly;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_audit') THEN
        GRANT SELECT ON memory_receipts, retention_log, stele_backups TO stele_audit;
        IF to_regclass('public.schema_migrations') IS NOT NULL THEN
            GRANT SELECT ON public.schema_migrations TO stele_audit;
        END IF;
    END IF;
END
$$;
