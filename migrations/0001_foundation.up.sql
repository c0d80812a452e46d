-- The foundation: roles, the tenant of a transaction, what makes a table a tenant table, partitions, due work, and the
-- operator's own records.
--
-- A tenant is the pair (org_id, project_id). Both lead every key of a tenant table, so the same schema can be distributed
-- on org_id. Row-level security is forced on every tenant table and fails closed: without stele.org_id and
-- stele.project_id no row is seen and none can be written. docs/adr/0017-baseline.md.
SET LOCAL lock_timeout = '5s';

CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pgcrypto;

-- Roles belong to the whole server and may exist already, or be somebody else's to create. Without them Stele works as
-- the owner, whom forced row-level security binds all the same.
--   stele_runtime      serves requests: reads and writes the rows of the tenant that is set
--   stele_readonly     reads the rows of the tenant that is set
--   stele_operator     reads every tenant's rows once it says so (stele.operator = on): dumps, retention, probes
--   stele_audit        reads the proofs of what was taken away
--   stele_maintenance  drops partitions that are over
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['stele_runtime', 'stele_readonly', 'stele_operator', 'stele_audit',
                                  'stele_maintenance'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            END IF;
            IF wanted <> 'stele_audit' AND NOT pg_has_role(current_user, wanted, 'USAGE') THEN
                EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
            END IF;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's migration won
            WHEN insufficient_privilege THEN
                RAISE NOTICE 'role % was not created: no privilege to create roles', wanted;
        END;
    END LOOP;
END
$$;

-- The tenant of this transaction. NULL when unset, also after a transaction-local setting has ended (PostgreSQL then
-- leaves an empty string behind).
CREATE FUNCTION stele_org() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('stele.org_id', true), '')::uuid;
CREATE FUNCTION stele_project() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('stele.project_id', true), '')::uuid;

-- Gives a privilege to a role, if the role exists.
CREATE FUNCTION stele_grant(privileges text, what text, to_role text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = to_role) THEN
        EXECUTE format('GRANT %s ON %s TO %I', privileges, what, to_role);
    END IF;
END
$$;

-- Makes a function that looks across tenants: for work that is due, for a credential whose tenant is not known yet. It gives
-- keys, states and counts, and nothing that a tenant wrote. Its owner reads as the operator does while it runs, and no
-- longer: the setting is taken back in it. (An owner who is no superuser may not write SET stele.operator at its head.) The
-- runtime role alone calls it.
CREATE FUNCTION stele_make_lookup(name text, arguments text, columns text, query text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE FUNCTION %I(%s) RETURNS TABLE (%s) LANGUAGE plpgsql SECURITY DEFINER '
                   'SET search_path FROM CURRENT AS %L', name, arguments, columns,
                   format(E'BEGIN\n    PERFORM set_config(''stele.operator'', ''on'', true);\n    RETURN QUERY %s;\n'
                          '    PERFORM set_config(''stele.operator'', '''', true);\nEND', query));
    EXECUTE format('REVOKE ALL ON FUNCTION %I FROM PUBLIC', name);
    PERFORM stele_grant('EXECUTE', format('FUNCTION %I', name), 'stele_runtime');
END
$$;

-- Who reads every tenant's rows: stele_operator, or whoever migrates where that role cannot be had.
CREATE FUNCTION stele_reader() RETURNS name LANGUAGE sql STABLE
    RETURN CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator'
                                                    AND pg_has_role(current_user, oid, 'USAGE'))
                THEN 'stele_operator' ELSE current_user END;

CREATE FUNCTION stele_refuse_held_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % is under legal hold', TG_ARGV[0], OLD.id
        USING ERRCODE = 'restrict_violation', HINT = 'change its retention class first';
END
$$;

-- A row that goes because the row it belongs to goes (ON DELETE CASCADE) was decided about there.
CREATE FUNCTION stele_refuse_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

-- Makes a table a tenant table: row-level security enabled and forced, the tenant's policy, the operator's policy, grants.
--   append_only  rows are added and never changed: no such privilege, and a trigger that also stops the owner
--   legal_hold   what a row is called: one whose retention is 'legal-hold' cannot be deleted, neither by a role that
--                row-level security binds (policy) nor by one that it does not bind (trigger)
--   audited      stele_audit reads it
--   partition    reached through its parent alone: no grant but the operator's
--
-- There is one shape of tenant policy, and no index can answer it: the CASE keeps the planner from turning it into an
-- index condition. Statements name the tenant themselves, so the policy checks rows and never chooses the way to them.
-- The indexable form, org_id = (SELECT stele_org()) AND …, lets a plan that is made while a table is empty read all of a
-- tenant's rows in place of one by its key; measured in docs/adr/0017-baseline.md. The sub-selects are evaluated once a
-- statement.
--
-- n_distinct: a project belongs to one org, which the planner cannot know. It would multiply the two selectivities, take
-- every tenant for one row and read all of a large one where a key was given. Told that org_id has one value, it counts the
-- project alone, in conditions and in joins.
CREATE FUNCTION stele_protect(tenant_table regclass, append_only boolean DEFAULT false, legal_hold text DEFAULT NULL,
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

-- Triggers here touch the row they are fired for and no other. Where the server takes none (a distributed table),
-- privileges and policies hold alone, and the migration says so.
CREATE FUNCTION stele_add_trigger(statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'no trigger here: %', statement;
END
$$;

-- What to do next in which tenant: ids and times alone, so that a background task finds its work across tenants without
-- seeing a row of theirs. No policy is needed.
--
-- A writer adds a row in the statement that makes the work, unless stele_is_announced. The key is a random id: two open transactions that announce the same never wait for each other, and the worst
-- is a second row. A background task takes the oldest due rows FOR UPDATE SKIP LOCKED, moves their due_at forward (its
-- lease), commits, works in a transaction of that tenant, and in the last one deletes by id the rows that it took, when
-- nothing is left to do. What is announced meanwhile is another row. A task that fails leaves its rows, which come back
-- when due_at has passed; attempts counts how often they were taken.
CREATE TABLE due_work (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    task       text NOT NULL CHECK (octet_length(task) BETWEEN 1 AND 64),
    due_at     timestamptz NOT NULL DEFAULT now(),
    attempts   integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);
CREATE INDEX due_work_due ON due_work (task, due_at);
CREATE INDEX due_work_tenant ON due_work (org_id, project_id, task, due_at);

-- Whether a task need not be told of work in a tenant: a row of due_work says it already. The row is locked until the
-- caller's transaction has ended, so that no worker takes it, finds nothing yet and deletes it; key share, so that writers
-- do not wait for each other; skip locked, so that they do not wait for a worker either. Writers without a pause would keep
-- the row from the worker for ever: after five seconds they make another, of four at most.
CREATE FUNCTION stele_is_announced(org uuid, project uuid, of_task text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
BEGIN
    SELECT w.due_at INTO since FROM due_work w
    WHERE w.org_id = org AND w.project_id = project AND w.task = of_task AND w.due_at <= now()
    ORDER BY w.due_at DESC LIMIT 1
    FOR KEY SHARE SKIP LOCKED;
    IF since IS NULL OR since > now() - interval '5 s' THEN
        RETURN since IS NOT NULL;
    END IF;
    RETURN 4 <= (SELECT count(*) FROM (SELECT FROM due_work w
                                       WHERE w.org_id = org AND w.project_id = project AND w.task = of_task
                                           AND w.due_at <= now() LIMIT 4) rows);
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

-- Which rows retention deleted from which table, by which rule, when, by whom. row_ids lists them, at most 1,000 in a
-- row of the log; where it is empty, rule says why, and row_count counts alone.
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
    PRIMARY KEY (org_id, project_id, id)
);
SELECT stele_protect('retention_log', append_only => true, audited => true);

DO $$
BEGIN
    PERFORM stele_grant('SELECT, INSERT, UPDATE, DELETE', 'due_work', 'stele_runtime'),
            stele_grant('SELECT', 'due_work', 'stele_readonly'),
            stele_grant('SELECT', 'stele_backups', 'stele_runtime'),
            stele_grant('SELECT', 'stele_backups', 'stele_readonly'),
            stele_grant('SELECT', 'stele_backups', 'stele_audit');
    EXECUTE format('GRANT SELECT ON due_work, stele_backups TO %I', stele_reader());
    IF to_regclass('public.schema_migrations') IS NOT NULL THEN
        EXECUTE format('GRANT SELECT ON public.schema_migrations TO %I', stele_reader());
        PERFORM stele_grant('SELECT', 'public.schema_migrations', r)
        FROM unnest(ARRAY['stele_runtime', 'stele_readonly', 'stele_audit']) r;
    END IF;
END
$$;
