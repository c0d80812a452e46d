-- Schedules that fire, parents that are not nested for ever, and an end for what ran: retention of jobs, and of the
-- months of their events. docs/adr/0011-jobs.md.
SET LOCAL lock_timeout = '5s';

ALTER TABLE job_schedules
    -- Whether a job is submitted while the one before still lives.
    ADD COLUMN overlap text NOT NULL DEFAULT 'skip',
    -- Of the times that passed while nobody kept: how many are made up for.
    ADD COLUMN catch_up text NOT NULL DEFAULT 'one',
    ADD COLUMN instance text NOT NULL DEFAULT '',
    ADD COLUMN look_at timestamptz,  -- it could not be submitted: not looked at again before then
    ADD COLUMN note text,            -- why it did not submit, the last time it should have
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE job_schedules
    ADD CONSTRAINT job_schedules_overlap CHECK (overlap IN ('skip', 'allow')) NOT VALID,
    ADD CONSTRAINT job_schedules_catch_up CHECK (catch_up IN ('one', 'all', 'none')) NOT VALID;

ALTER TABLE jobs
    ADD COLUMN depth smallint NOT NULL DEFAULT 0,  -- how many ancestors it has
    ADD COLUMN attempt_started_at timestamptz;     -- of the attempt that completed it, when it was not the first
-- What was granted with the lease is what renews it.
ALTER TABLE job_queue ADD COLUMN granted_seconds integer;
-- Place 1 of a job is that it was queued, 2 that it started: nobody who follows it misses them.
ALTER TABLE job_queue ALTER COLUMN event_seq SET DEFAULT 2;
ALTER TABLE jobs ALTER COLUMN event_seq SET DEFAULT 2;

-- As in 0009, and what the options do not say the newest definition of that name does.
CREATE OR REPLACE FUNCTION stele_submit_job(to_queue text, job_name text, job_input jsonb DEFAULT NULL,
                                 options jsonb DEFAULT '{}') RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    org uuid := stele_org();
    project uuid := stele_project();
    unknown text;
    delay double precision := coalesce((options ->> 'delaySeconds')::double precision, 0);
    made uuid;
    defined record;
BEGIN
    IF org IS NULL OR project IS NULL THEN
        RAISE EXCEPTION 'stele_submit_job: no tenant is set'
            USING HINT = 'SELECT set_config(''stele.org_id'', …, true), set_config(''stele.project_id'', …, true)';
    END IF;
    SELECT string_agg(o, ', ') INTO unknown FROM jsonb_object_keys(options) o
    WHERE o NOT IN ('key', 'group', 'priority', 'delaySeconds', 'maxAttempts', 'leaseSeconds', 'metadata');
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'stele_submit_job: options: unknown: %', unknown USING ERRCODE = 'invalid_parameter_value',
            HINT = 'known are key, group, priority, delaySeconds, maxAttempts, leaseSeconds, metadata';
    END IF;
    IF coalesce(octet_length(to_queue), 0) NOT BETWEEN 1 AND 128
        OR coalesce(octet_length(job_name), 0) NOT BETWEEN 1 AND 128 THEN
        RAISE EXCEPTION 'stele_submit_job: queue and name: expected 1 to 128 bytes'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF EXISTS (SELECT FROM job_queues q WHERE q.org_id = org AND q.project_id = project AND q.queue = to_queue
                                          AND q.draining) THEN
        RAISE EXCEPTION 'queue % is draining: it takes no new jobs', to_queue;
    END IF;
    SELECT d.version, d.defaults INTO defined FROM job_definitions d
    WHERE d.org_id = org AND d.project_id = project AND d.name = job_name ORDER BY d.version DESC LIMIT 1;
    -- A UUIDv7: milliseconds, then random bits.
    made := encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
                substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid;
    INSERT INTO jobs (org_id, project_id, id, queue, name, version, key, group_key, priority, run_at, max_attempts,
                      lease_seconds, backoff_seconds, instance, input, metadata, retention)
    VALUES (org, project, made, to_queue, job_name, coalesce(defined.version, 1), options ->> 'key',
            coalesce(options ->> 'group', ''),
            coalesce((options ->> 'priority')::smallint, (defined.defaults ->> 'priority')::smallint, 100),
            CASE WHEN delay > 0 THEN now() + make_interval(secs => delay) END,
            coalesce((options ->> 'maxAttempts')::integer, (defined.defaults ->> 'maxAttempts')::integer),
            coalesce((options ->> 'leaseSeconds')::integer, (defined.defaults ->> 'leaseSeconds')::integer),
            (defined.defaults ->> 'backoffSeconds')::integer, 'sql:' || session_user, job_input, options -> 'metadata',
            coalesce(defined.defaults ->> 'retention', 'standard'))
    ON CONFLICT (org_id, project_id, queue, key) WHERE key IS NOT NULL DO NOTHING;
    IF NOT FOUND THEN
        RETURN (SELECT j.id FROM jobs j WHERE j.org_id = org AND j.project_id = project AND j.queue = to_queue
                                            AND j.key = options ->> 'key');
    END IF;
    INSERT INTO job_queue (org_id, project_id, id, queue, name, group_key, priority, state, wake_at, lease_seconds)
    VALUES (org, project, made, to_queue, job_name, coalesce(options ->> 'group', ''),
            coalesce((options ->> 'priority')::smallint, (defined.defaults ->> 'priority')::smallint, 100),
            CASE WHEN delay > 0 THEN 'delayed' ELSE 'ready' END,
            CASE WHEN delay > 0 THEN now() + make_interval(secs => delay) END,
            coalesce((options ->> 'leaseSeconds')::integer, (defined.defaults ->> 'leaseSeconds')::integer));
    PERFORM pg_notify('stele_jobs', org || ':' || project || ':' || to_queue);
    RETURN made;
END
$$;

-- A version is what it was when jobs took it.
CREATE FUNCTION stele_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'version % of definition % never changes', OLD.version, OLD.name
        USING ERRCODE = 'restrict_violation', HINT = 'define a new version';
END
$$;
CREATE TRIGGER job_definitions_unchanged BEFORE UPDATE ON job_definitions FOR EACH ROW
    WHEN (OLD.hash <> NEW.hash OR OLD.steps <> NEW.steps OR OLD.defaults <> NEW.defaults)
    EXECUTE FUNCTION stele_refuse_change();

-- A legal hold is the database's own law, as with memories (0003).
CREATE POLICY legal_hold ON jobs AS RESTRICTIVE FOR DELETE USING (retention <> 'legal-hold');
CREATE POLICY legal_hold ON artifacts AS RESTRICTIVE FOR DELETE USING (retention <> 'legal-hold');
CREATE FUNCTION stele_refuse_held_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % is under legal hold', TG_ARGV[0], OLD.id
        USING ERRCODE = 'restrict_violation', HINT = 'change its retention class first';
END
$$;
CREATE TRIGGER jobs_held BEFORE DELETE ON jobs FOR EACH ROW
    WHEN (OLD.retention = 'legal-hold') EXECUTE FUNCTION stele_refuse_held_row('job');
CREATE TRIGGER artifacts_held BEFORE DELETE ON artifacts FOR EACH ROW
    WHEN (OLD.retention = 'legal-hold') EXECUTE FUNCTION stele_refuse_held_row('artifact');

-- Drops the months of job_events that were over before this time, but none that holds an event of a job that lives
-- or is under legal hold; gives their names, how many events went and of how many tenants. Each tenant's
-- retention_log says so. With only_look it changes nothing and says what it would do. Runs as its owner, for the
-- runtime role can add events and read them, and no more.
CREATE FUNCTION stele_drop_partitions(before timestamptz, only_look boolean DEFAULT false)
RETURNS TABLE (partition text, events bigint, tenants bigint) LANGUAGE plpgsql SECURITY DEFINER
SET lock_timeout = '2s' AS $$
DECLARE
    -- It looks across tenants as an operator, writes as each, and leaves the caller what he was.
    was text[] := ARRAY[current_setting('stele.operator', true), current_setting('stele.org_id', true),
                        current_setting('stele.project_id', true)];
    ends timestamptz;
    held boolean;
    loser record;
BEGIN
    IF before IS NULL OR before > now() - interval '6 days' THEN
        RAISE EXCEPTION 'stele_drop_partitions: % is not a week ago', before
            USING ERRCODE = 'invalid_parameter_value', HINT = 'events are kept for a week at least';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('stele partitions', 0)), set_config('stele.operator', 'on', true);
    FOR partition IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'job_events'::regclass AND c.relname ~ '^job_events_y[0-9]{4}m[0-9]{2}$'
        ORDER BY c.relname
    LOOP
        ends := (to_date(substring(partition FROM 13 FOR 4) || substring(partition FROM 18 FOR 2), 'YYYYMM')
                 + interval '1 month') AT TIME ZONE 'UTC';
        CONTINUE WHEN ends > before;
        -- Its month is over, so nobody adds to it; DROP takes the parent's lock before its own.
        EXECUTE format('SELECT EXISTS (SELECT FROM jobs j WHERE (j.status = ''queued'' OR j.retention = ''legal-hold'')'
                       ' AND EXISTS (SELECT FROM %I e WHERE e.org_id = j.org_id AND e.job_id = j.id))', partition)
            INTO held;
        CONTINUE WHEN held;
        events := 0;
        tenants := 0;
        FOR loser IN EXECUTE format('SELECT e.org_id AS org, e.project_id AS project, count(*)::int AS lost,'
                                    ' array_agg(DISTINCT e.job_id) AS jobs FROM %I e GROUP BY 1, 2', partition) LOOP
            events := events + loser.lost;
            tenants := tenants + 1;
            CONTINUE WHEN only_look;
            PERFORM set_config('stele.org_id', loser.org::text, true),
                    set_config('stele.project_id', loser.project::text, true);
            INSERT INTO retention_log (org_id, project_id, id, applied_at, applied_by, table_name, class, rule,
                                       row_count, row_ids)
            VALUES (loser.org, loser.project, gen_random_uuid(), now(), session_user, partition, 'events',
                    'the month ended before ' || (before AT TIME ZONE 'UTC')::date, loser.lost, loser.jobs);
        END LOOP;
        IF NOT only_look THEN
            EXECUTE format('DROP TABLE %I', partition);
        END IF;
        RETURN NEXT;
    END LOOP;
    PERFORM set_config('stele.operator', coalesce(was[1], ''), true), set_config('stele.org_id', coalesce(was[2], ''), true),
            set_config('stele.project_id', coalesce(was[3], ''), true);
END
$$;
REVOKE ALL ON FUNCTION stele_drop_partitions(timestamptz, boolean) FROM PUBLIC;

DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION stele_drop_partitions(timestamptz, boolean) SET search_path = %I, pg_temp',
                   current_schema());
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
        GRANT EXECUTE ON FUNCTION stele_drop_partitions(timestamptz, boolean) TO stele_runtime;
    END IF;
END
$$;
