-- What the operator's verbs stand on: a role that may read every tenant's rows, and the record of
-- backups.
--
-- Row-level security is forced, so not even the owner sees all rows. A dump must. Who is a member of
-- stele_operator and says so (stele.operator = on) may read, and only read, all of them; the runtime
-- role is no member, and its plans do not know the policy.
SET LOCAL lock_timeout = '5s';

DO $$
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator') THEN
            CREATE ROLE stele_operator NOLOGIN;
        END IF;
        IF NOT pg_has_role(current_user, 'stele_operator', 'USAGE') THEN
            GRANT stele_operator TO CURRENT_USER;
        END IF;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's migration won
        WHEN insufficient_privilege THEN
            RAISE NOTICE 'role stele_operator was not created: the owner stands in for it';
    END;
END
$$;

-- Backups that were made of this database. One row a file, no tenant.
CREATE TABLE stele_backups (
    id                uuid PRIMARY KEY,
    made_at           timestamptz NOT NULL,
    file              text NOT NULL,
    bytes             bigint NOT NULL,
    sha256            text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    migration_version integer NOT NULL,
    verified_at       timestamptz,
    deep_verified_at  timestamptz,
    removed_at        timestamptz
);

DO $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['memories', 'memory_vectors', 'memory_versions',
                                        'memory_receipts', 'embedding_queue'] LOOP
        EXECUTE format('CREATE POLICY operator ON %I FOR SELECT TO %I USING '
                       '(current_setting(''stele.operator'', true) = ''on'')', tenant_table, reader);
        EXECUTE format('GRANT SELECT ON %I TO %I', tenant_table, reader);
    END LOOP;
    EXECUTE format('GRANT SELECT ON embedding_models, stele_backups TO %I', reader);
    EXECUTE format('GRANT SELECT ON SEQUENCE embedding_models_id_seq TO %I', reader);
    IF to_regclass('public.schema_migrations') IS NOT NULL THEN
        EXECUTE format('GRANT SELECT ON public.schema_migrations TO %I', reader);
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
        GRANT SELECT ON stele_backups TO stele_runtime;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_readonly') THEN
        GRANT SELECT ON stele_backups TO stele_readonly;
    END IF;
END
$$;
