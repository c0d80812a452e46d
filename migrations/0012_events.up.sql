-- What happens, as those who watch hear of it: one stream a tenant, whose ids are dense and in the order of commits.
-- docs/adr/0013-event-stream.md.
SET LOCAL lock_timeout = '5s';

-- The last id given out. Its row is held from the announcement to the commit, so whoever has read up to an id has
-- missed nothing before it.
CREATE TABLE event_heads (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    last_id    bigint NOT NULL,
    PRIMARY KEY (org_id, project_id)
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);

CREATE TABLE events (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    id         bigint NOT NULL,
    type       text NOT NULL,
    job_id     uuid,
    session    text,            -- the conversation that it belongs to
    data       jsonb NOT NULL,  -- redacted
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, project_id, id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX events_job ON events (org_id, project_id, job_id, id) WHERE job_id IS NOT NULL;
COMMENT ON TABLE events IS 'append-only: what was said to who watches';
CREATE TABLE events_default PARTITION OF events DEFAULT;

-- Says something to who watches a tenant; gives its id. Say it last in a transaction: all that is said to a tenant
-- waits for the commit.
CREATE FUNCTION stele_announce(org uuid, project uuid, said text, job uuid, in_session text, details jsonb)
RETURNS bigint LANGUAGE sql AS $$
    WITH head AS (
        INSERT INTO event_heads AS h (org_id, project_id, last_id) VALUES (org, project, 1)
        ON CONFLICT (org_id, project_id) DO UPDATE SET last_id = h.last_id + 1
        RETURNING last_id
    )
    INSERT INTO events (org_id, project_id, id, type, job_id, session, data)
    SELECT org, project, last_id, said, job, in_session, details FROM head
    RETURNING id
$$;

-- Jobs that are announced say by themselves how they stand; jobs for agents are, others when they ask for it. The
-- triggers are deferred, so that the stream's row is held for the commit alone, and cost nothing to other jobs.
ALTER TABLE jobs ADD COLUMN announced boolean NOT NULL DEFAULT false;
ALTER TABLE job_queue ADD COLUMN announced boolean NOT NULL DEFAULT false;

-- What is too long for the stream is left out: the ledger has it.
CREATE FUNCTION stele_brief(said jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN octet_length(said::text) <= 4096 THEN said END
$$;

CREATE FUNCTION stele_announce_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_announce(NEW.org_id, NEW.project_id, 'job.' || NEW.status, NEW.id, NEW.metadata ->> 'sessionId',
        jsonb_strip_nulls(jsonb_build_object(
            'jobId', NEW.id, 'name', NEW.name, 'queue', NEW.queue, 'parentJobId', NEW.parent_id,
            'agent', stele_brief(NEW.input -> 'agent'), 'model', stele_brief(NEW.input -> 'model'),
            'maxIterations', stele_brief(NEW.input -> 'maxIterations'),
            'duration', (extract(epoch FROM NEW.ended_at - NEW.started_at) * 1000)::bigint,
            'summary', left(NEW.output ->> 'summary', 2000), 'filesChanged', stele_brief(NEW.output -> 'filesChanged'),
            'exitCode', stele_brief(NEW.output -> 'exitCode'), 'tokensUsed', stele_brief(NEW.usage), 'error', left(NEW.error, 2000),
            'stopReason', NEW.stop_reason)));
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER announce_submitted AFTER INSERT ON jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.announced) EXECUTE FUNCTION stele_announce_job();
CREATE CONSTRAINT TRIGGER announce_ended AFTER UPDATE OF status ON jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.announced AND NEW.status <> OLD.status) EXECUTE FUNCTION stele_announce_job();

CREATE FUNCTION stele_announce_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_announce(j.org_id, j.project_id,
                           CASE WHEN OLD.first_started_at IS NULL THEN 'job.started' ELSE 'job.resumed' END,
                           j.id, j.metadata ->> 'sessionId', jsonb_strip_nulls(jsonb_build_object(
                               'jobId', j.id, 'name', j.name, 'queue', j.queue, 'attempt', NEW.attempt,
                               'worker', NEW.worker, 'agent', stele_brief(j.input -> 'agent'), 'model', stele_brief(j.input -> 'model'))))
    FROM jobs j
    WHERE j.org_id = NEW.org_id AND j.project_id = NEW.project_id AND j.id = NEW.id;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER announce_started AFTER UPDATE OF state ON job_queue DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.announced AND NEW.state = 'running' AND OLD.state <> 'running')
    EXECUTE FUNCTION stele_announce_start();

-- As in 0009, and for the stream too.
CREATE OR REPLACE FUNCTION stele_keep_partitions(months_ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET lock_timeout = '2s' AS $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
    parent text;
    month timestamptz;
    part text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('stele partitions', 0));
    FOREACH parent IN ARRAY ARRAY['job_events', 'events'] LOOP
    FOR i IN 0..least(months_ahead, 24) LOOP
        month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
        part := parent || '_' || to_char(month AT TIME ZONE 'UTC', '"y"YYYY"m"MM');
        IF to_regclass(part) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
                EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
                EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = stele_org() AND project_id = '
                               'stele_project())', part);
                EXECUTE format('CREATE POLICY operator ON %I FOR SELECT TO %I USING '
                               '(current_setting(''stele.operator'', true) = ''on'')', part, reader);
                EXECUTE format('GRANT SELECT ON %I TO %I', part, reader);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part,
                               month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                RAISE WARNING 'the default partition of % holds rows of %', parent, part;
            END;
        END IF;
    END LOOP;
    END LOOP;
    RETURN made;
END
$$;

-- Drops the months of the stream that were over before this time: who watches has heard of them, and the ledger keeps
-- what was done. Gives how many. Runs as its owner, for the runtime role can add to the stream and read it, and no more.
CREATE FUNCTION stele_drop_event_months(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET lock_timeout = '2s' AS $$
DECLARE
    part text;
    dropped integer := 0;
BEGIN
    IF before IS NULL OR before > now() - interval '6 days' THEN
        RAISE EXCEPTION 'stele_drop_event_months: % is not a week ago', before
            USING ERRCODE = 'invalid_parameter_value', HINT = 'the stream is kept for a week at least';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('stele partitions', 0));
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'events'::regclass AND c.relname ~ '^events_y[0-9]{4}m[0-9]{2}$'
    LOOP
        CONTINUE WHEN (to_date(substring(part FROM 9 FOR 4) || substring(part FROM 14 FOR 2), 'YYYYMM')
                       + interval '1 month') AT TIME ZONE 'UTC' > before;
        EXECUTE format('DROP TABLE %I', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION stele_drop_event_months(timestamptz) FROM PUBLIC;

DO $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['events', 'event_heads'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = stele_org() AND project_id = stele_project())',
                       tenant_table);
        EXECUTE format('CREATE POLICY operator ON %I FOR SELECT TO %I USING '
                       '(current_setting(''stele.operator'', true) = ''on'')', tenant_table, reader);
        EXECUTE format('GRANT SELECT ON %I TO %I', tenant_table, reader);
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
            EXECUTE format('GRANT SELECT, INSERT%s ON %I TO stele_runtime',
                           CASE WHEN tenant_table = 'event_heads' THEN ', UPDATE, DELETE' ELSE '' END, tenant_table);
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_readonly') THEN
            EXECUTE format('GRANT SELECT ON %I TO stele_readonly', tenant_table);
        END IF;
    END LOOP;
    ALTER TABLE events_default ENABLE ROW LEVEL SECURITY;
    ALTER TABLE events_default FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON events_default USING (org_id = stele_org() AND project_id = stele_project());
    EXECUTE format('CREATE POLICY operator ON events_default FOR SELECT TO %I USING '
                   '(current_setting(''stele.operator'', true) = ''on'')', reader);
    EXECUTE format('GRANT SELECT ON events_default TO %I', reader);
    EXECUTE format('ALTER FUNCTION stele_keep_partitions(integer) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION stele_drop_event_months(timestamptz) SET search_path = %I, pg_temp',
                   current_schema());
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
        GRANT EXECUTE ON FUNCTION stele_drop_event_months(timestamptz) TO stele_runtime;
    END IF;
END
$$;
-- A feed (stele.worker = event) asks which of the tenants that it serves have something new.
CREATE POLICY worker ON event_heads FOR SELECT USING ((SELECT current_setting('stele.worker', true)) = 'event');
SELECT stele_keep_partitions(3);
