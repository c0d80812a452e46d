-- The jobs domain: the ledger of what ran, and the queue of what is to run.
--
-- A job has a row in jobs for ever, written when it is submitted and when it ends, and one in job_queue while
-- it lives: narrow, and deleted with its end. Who changes a live job holds its row in job_queue.
-- docs/adr/0011-jobs.md.
SET LOCAL lock_timeout = '5s';

CREATE TABLE jobs (
    org_id          uuid NOT NULL,
    project_id      uuid NOT NULL,
    id              uuid NOT NULL,  -- a UUIDv7: the order of ids is the order of submission
    queue           text NOT NULL,
    name            text NOT NULL,  -- what it is: the name of its definition, or the worker's own
    version         integer NOT NULL DEFAULT 1,
    key             text,           -- the caller's own name for it: a queue takes each once
    parent_id       uuid,
    root_id         uuid,           -- of a child: the ancestor that has no parent
    retry_of        uuid,           -- resumed from this one
    forked_from     uuid,
    from_point      text,           -- where it was resumed or forked: 'checkpoint:3', 'step:build'
    group_key       text NOT NULL DEFAULT '',
    priority        smallint NOT NULL DEFAULT 100,
    run_at          timestamptz,    -- not before then
    max_attempts    integer,        -- these four: absent, the queue's
    lease_seconds   integer,
    backoff_seconds integer,
    backoff_cap     integer,
    instance        text NOT NULL,
    origin          jsonb,
    input           jsonb,
    metadata        jsonb,
    retention       text NOT NULL DEFAULT 'standard'
                    CHECK (retention IN ('ephemeral', 'standard', 'audit', 'legal-hold')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    status          text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'complete', 'failed', 'stopped')),
    -- Written at its end.
    attempts        integer NOT NULL DEFAULT 0,
    generation      integer NOT NULL DEFAULT 0,
    event_seq       integer NOT NULL DEFAULT 0,
    started_at      timestamptz,
    ended_at        timestamptz,
    worker          text,
    output          jsonb,
    error           text,
    stop_reason     text,
    usage           jsonb,
    PRIMARY KEY (org_id, project_id, id),
    CHECK ((status = 'queued') = (ended_at IS NULL))
) WITH (fillfactor = 50);  -- the end is written into the same page; no index may name what it changes
CREATE UNIQUE INDEX jobs_key ON jobs (org_id, project_id, queue, key) WHERE key IS NOT NULL;
CREATE INDEX jobs_parent ON jobs (org_id, project_id, parent_id, id) WHERE parent_id IS NOT NULL;
CREATE INDEX jobs_retry_of ON jobs (org_id, project_id, retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX jobs_forked_from ON jobs (org_id, project_id, forked_from) WHERE forked_from IS NOT NULL;

-- No foreign key to jobs: one statement writes both rows and one ends both, and the check would cost each
-- submission another lookup and another write of the row in jobs.
CREATE TABLE job_queue (
    org_id             uuid NOT NULL,
    project_id         uuid NOT NULL,
    id                 uuid NOT NULL,
    queue              text NOT NULL,
    name               text NOT NULL,
    group_key          text NOT NULL DEFAULT '',
    priority           smallint NOT NULL DEFAULT 100,  -- the lowest first
    state              text NOT NULL CHECK (state IN ('ready', 'delayed', 'running', 'waiting')),
    ready_at           timestamptz NOT NULL DEFAULT now(),
    wake_at            timestamptz,                 -- of a delayed or waiting one: ready then at the latest
    attempt            integer NOT NULL DEFAULT 0,
    generation         integer NOT NULL DEFAULT 0,  -- the fence: another with each lease
    limited            boolean NOT NULL DEFAULT false,  -- counts against the limits of its queue
    lease_seconds      integer,
    lease_until        timestamptz,
    worker             text,
    first_started_at   timestamptz,
    attempt_started_at timestamptz,
    waits_for          text,  -- 'sleep', 'children', 'signal:<name>', 'approval:<step>'; kept until the next wait
    woken_by           text,  -- how the last wait ended: 'signal', 'children', 'time'
    parent_id          uuid,
    open_children      integer NOT NULL DEFAULT 0,
    event_seq          integer NOT NULL DEFAULT 0,  -- steps, events, tool calls, checkpoints count on it
    PRIMARY KEY (org_id, id),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK (state <> 'delayed' OR wake_at IS NOT NULL)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0);
CREATE INDEX job_queue_ready ON job_queue (org_id, project_id, queue, priority, ready_at, id)
    WHERE state = 'ready';
CREATE INDEX job_queue_groups ON job_queue (org_id, project_id, queue, group_key, priority, ready_at, id)
    WHERE state = 'ready' AND group_key <> '';
CREATE INDEX job_queue_expires ON job_queue (lease_until) WHERE state = 'running';
CREATE INDEX job_queue_limited ON job_queue (org_id, project_id, queue, group_key)
    WHERE state = 'running' AND limited;
CREATE INDEX job_queue_due ON job_queue (wake_at) WHERE state IN ('delayed', 'waiting');
CREATE INDEX job_queue_due_of ON job_queue (org_id, project_id, queue, wake_at)
    WHERE state IN ('delayed', 'waiting');

-- What was set for a queue; one without a row has the defaults.
CREATE TABLE job_queues (
    org_id                uuid NOT NULL,
    project_id            uuid NOT NULL,
    queue                 text NOT NULL,
    paused                boolean NOT NULL DEFAULT false,
    draining              boolean NOT NULL DEFAULT false,
    fair                  boolean NOT NULL DEFAULT false,
    max_running           integer CHECK (max_running > 0),
    max_running_per_group integer CHECK (max_running_per_group > 0),
    rate_limit            integer CHECK (rate_limit > 0),
    rate_seconds          integer CHECK (rate_seconds > 0),
    lease_seconds         integer CHECK (lease_seconds > 0),
    max_attempts          integer CHECK (max_attempts > 0),
    backoff_seconds       integer CHECK (backoff_seconds > 0),
    backoff_cap           integer CHECK (backoff_cap > 0),
    retention             text CHECK (retention IN ('ephemeral', 'standard', 'audit', 'legal-hold')),
    tokens                double precision NOT NULL DEFAULT 0,
    tokens_at             timestamptz,
    fair_after            text NOT NULL DEFAULT '',  -- the last group that a lease looked at
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, queue),
    CHECK ((rate_limit IS NULL) = (rate_seconds IS NULL))
) WITH (fillfactor = 50);

-- Leases that did not end with the job complete.
CREATE TABLE job_attempts (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    job_id     uuid NOT NULL,
    generation integer NOT NULL,
    attempt    integer NOT NULL,
    outcome    text NOT NULL CHECK (outcome IN ('retried', 'lost', 'released', 'suspended', 'failed', 'stopped')),
    worker     text,
    started_at timestamptz,
    ended_at   timestamptz NOT NULL DEFAULT now(),
    error      text,
    retry_at   timestamptz,
    PRIMARY KEY (org_id, job_id, generation, outcome),
    FOREIGN KEY (org_id, project_id, job_id) REFERENCES jobs (org_id, project_id, id) ON DELETE CASCADE
);
-- The dead letters, and what was stopped: jobs has no index for them, so that its ends are cheap.
CREATE INDEX job_attempts_ended ON job_attempts (org_id, project_id, outcome, job_id)
    WHERE outcome IN ('failed', 'stopped');

-- What a step gave: a replay does not run it again.
CREATE TABLE job_steps (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    job_id     uuid NOT NULL,
    name       text NOT NULL,
    seq        integer NOT NULL,
    attempt    integer NOT NULL,
    status     text NOT NULL CHECK (status IN ('complete', 'failed')),
    title      text,
    input_hash text,
    output     jsonb,
    error      text,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz NOT NULL,
    PRIMARY KEY (org_id, job_id, name),
    FOREIGN KEY (org_id, project_id, job_id) REFERENCES jobs (org_id, project_id, id) ON DELETE CASCADE
);

-- The first signal of a name is the signal. Approvals are signals named approval:<step>.
CREATE TABLE job_signals (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    job_id     uuid NOT NULL,
    name       text NOT NULL,
    payload    jsonb,
    sent_by    text NOT NULL,
    sent_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, job_id, name),
    FOREIGN KEY (org_id, project_id, job_id) REFERENCES jobs (org_id, project_id, id) ON DELETE CASCADE
);

CREATE TABLE job_events (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    job_id     uuid NOT NULL,
    seq        integer NOT NULL,
    type       text NOT NULL,
    step       text,
    payload    jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, job_id, seq, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE job_events_default PARTITION OF job_events DEFAULT;

CREATE TABLE job_checkpoints (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    job_id     uuid NOT NULL,
    seq        integer NOT NULL,
    step       text,
    label      text NOT NULL,
    safe       boolean NOT NULL,
    state      jsonb NOT NULL,
    hash       text NOT NULL,
    bytes      integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, job_id, seq),
    FOREIGN KEY (org_id, project_id, job_id) REFERENCES jobs (org_id, project_id, id) ON DELETE CASCADE
);

CREATE TABLE job_tool_calls (
    org_id      uuid NOT NULL,
    project_id  uuid NOT NULL,
    job_id      uuid NOT NULL,
    seq         integer NOT NULL,
    step        text,
    tool        text NOT NULL,
    args        jsonb,
    result      jsonb,
    status      text NOT NULL CHECK (status IN ('ok', 'error')),
    duration_ms integer,
    started_at  timestamptz NOT NULL,
    PRIMARY KEY (org_id, job_id, seq),
    FOREIGN KEY (org_id, project_id, job_id) REFERENCES jobs (org_id, project_id, id) ON DELETE CASCADE
);

-- Ids are made of the job, the address and the hash: reporting twice is reporting once.
CREATE TABLE artifacts (
    org_id           uuid NOT NULL,
    project_id       uuid NOT NULL,
    id               uuid NOT NULL,
    job_id           uuid NOT NULL,
    step             text,
    uri              text NOT NULL,
    sha256           text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes            bigint NOT NULL CHECK (bytes >= 0),
    media_type       text NOT NULL,
    retention        text NOT NULL DEFAULT 'standard'
                     CHECK (retention IN ('ephemeral', 'standard', 'audit', 'legal-hold')),
    redaction_status text NOT NULL CHECK (redaction_status IN ('none', 'redacted', 'unknown')),
    verified         text CHECK (verified IN ('ok', 'missing', 'changed')),
    verified_at      timestamptz,
    created_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, project_id, job_id) REFERENCES jobs (org_id, project_id, id) ON DELETE CASCADE,
    CHECK ((verified IS NULL) = (verified_at IS NULL))
);
CREATE INDEX artifacts_job ON artifacts (org_id, project_id, job_id, created_at, id);

CREATE TABLE job_definitions (
    org_id      uuid NOT NULL,
    project_id  uuid NOT NULL,
    name        text NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    hash        text NOT NULL,
    description text,
    steps       jsonb NOT NULL DEFAULT '[]',
    defaults    jsonb NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, name, version)
);

CREATE TABLE job_schedules (
    org_id      uuid NOT NULL,
    project_id  uuid NOT NULL,
    name        text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('cron', 'every', 'at')),
    expression  text NOT NULL,
    timezone    text NOT NULL DEFAULT 'UTC',
    queue       text NOT NULL,
    job_name    text NOT NULL,
    input       jsonb,
    options     jsonb NOT NULL DEFAULT '{}',
    next_at     timestamptz,
    last_at     timestamptz,
    last_job_id uuid,
    paused      boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, name)
);
CREATE INDEX job_schedules_due ON job_schedules (next_at) WHERE next_at IS NOT NULL AND NOT paused;

-- Makes the partitions of job_events for this month and some that follow; gives how many it made. A month of
-- which rows are in the default partition already is left out, with a warning. Runs as its owner, for the
-- runtime role makes no tables.
CREATE FUNCTION stele_keep_partitions(months_ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET lock_timeout = '2s' AS $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
    month timestamptz;
    part text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('stele partitions', 0));
    FOR i IN 0..least(months_ahead, 24) LOOP
        month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
        part := 'job_events_' || to_char(month AT TIME ZONE 'UTC', '"y"YYYY"m"MM');
        IF to_regclass(part) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE TABLE %I (LIKE job_events INCLUDING ALL)', part);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
                EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
                EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = stele_org() AND project_id = '
                               'stele_project())', part);
                EXECUTE format('CREATE POLICY operator ON %I FOR SELECT TO %I USING '
                               '(current_setting(''stele.operator'', true) = ''on'')', part, reader);
                EXECUTE format('GRANT SELECT ON %I TO %I', part, reader);
                EXECUTE format('ALTER TABLE job_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part,
                               month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                RAISE WARNING 'the default partition of job_events holds rows of %', part;
            END;
        END IF;
    END LOOP;
    RETURN made;
END
$$;
REVOKE ALL ON FUNCTION stele_keep_partitions(integer) FROM PUBLIC;

-- Submits a job in the caller's own transaction, for which stele.org_id and stele.project_id must be set. Options:
-- key, group, priority, delaySeconds, maxAttempts, leaseSeconds, metadata. Gives the job's id; of the job that is
-- there when the queue has the key.
CREATE FUNCTION stele_submit_job(to_queue text, job_name text, job_input jsonb DEFAULT NULL,
                                 options jsonb DEFAULT '{}') RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    org uuid := stele_org();
    project uuid := stele_project();
    unknown text;
    delay double precision := coalesce((options ->> 'delaySeconds')::double precision, 0);
    made uuid;
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
    -- A UUIDv7: milliseconds, then random bits.
    made := encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
                substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid;
    INSERT INTO jobs (org_id, project_id, id, queue, name, key, group_key, priority, run_at, max_attempts,
                      lease_seconds, instance, input, metadata)
    VALUES (org, project, made, to_queue, job_name, options ->> 'key', coalesce(options ->> 'group', ''),
            coalesce((options ->> 'priority')::smallint, 100),
            CASE WHEN delay > 0 THEN now() + make_interval(secs => delay) END, (options ->> 'maxAttempts')::integer,
            (options ->> 'leaseSeconds')::integer, 'sql:' || session_user, job_input, options -> 'metadata')
    ON CONFLICT (org_id, project_id, queue, key) WHERE key IS NOT NULL DO NOTHING;
    IF NOT FOUND THEN
        RETURN (SELECT j.id FROM jobs j WHERE j.org_id = org AND j.project_id = project AND j.queue = to_queue
                                            AND j.key = options ->> 'key');
    END IF;
    INSERT INTO job_queue (org_id, project_id, id, queue, name, group_key, priority, state, wake_at, lease_seconds)
    VALUES (org, project, made, to_queue, job_name, coalesce(options ->> 'group', ''),
            coalesce((options ->> 'priority')::smallint, 100), CASE WHEN delay > 0 THEN 'delayed' ELSE 'ready' END,
            CASE WHEN delay > 0 THEN now() + make_interval(secs => delay) END,
            (options ->> 'leaseSeconds')::integer);
    PERFORM pg_notify('stele_jobs', org || ':' || project || ':' || to_queue);
    RETURN made;
END
$$;

DO $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['jobs', 'job_queue', 'job_queues', 'job_attempts', 'job_steps', 'job_signals',
                                        'job_events', 'job_checkpoints', 'job_tool_calls', 'artifacts',
                                        'job_definitions', 'job_schedules'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
        -- Written so that no index can answer it: statements reach jobs and job_queue by keys that they
        -- give themselves, and a plan that was made while the tables were empty must not choose to read
        -- all of a tenant's rows instead. The settings are looked at once a statement, not once a row.
        EXECUTE format('CREATE POLICY tenant ON %I USING (CASE WHEN org_id = (SELECT stele_org()) THEN project_id = '
                       '(SELECT stele_project()) ELSE false END) WITH CHECK (org_id = (SELECT stele_org()) AND '
                       'project_id = (SELECT stele_project()))', tenant_table);
        EXECUTE format('CREATE POLICY operator ON %I FOR SELECT TO %I USING '
                       '(current_setting(''stele.operator'', true) = ''on'')', tenant_table, reader);
        EXECUTE format('GRANT SELECT ON %I TO %I', tenant_table, reader);
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
            EXECUTE format('GRANT SELECT, INSERT%s ON %I TO stele_runtime',
                           CASE WHEN tenant_table = 'job_events' THEN '' ELSE ', UPDATE, DELETE' END,
                           tenant_table);
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_readonly') THEN
            EXECUTE format('GRANT SELECT ON %I TO stele_readonly', tenant_table);
        END IF;
    END LOOP;
    ALTER TABLE job_events_default ENABLE ROW LEVEL SECURITY;
    ALTER TABLE job_events_default FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON job_events_default USING (org_id = stele_org() AND project_id = stele_project());
    EXECUTE format('CREATE POLICY operator ON job_events_default FOR SELECT TO %I USING '
                   '(current_setting(''stele.operator'', true) = ''on'')', reader);
    EXECUTE format('GRANT SELECT ON job_events_default TO %I', reader);
    EXECUTE format('ALTER FUNCTION stele_keep_partitions(integer) SET search_path = %I, pg_temp', current_schema());
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
        GRANT EXECUTE ON FUNCTION stele_keep_partitions(integer) TO stele_runtime;
    END IF;
END
$$;
-- The keeper (stele.worker = job) finds every tenant's leases that have run out, waits that are over and
-- schedules that are due; what is asked for stands in jobs, which it reads as the tenant.
CREATE POLICY worker ON job_queue USING ((SELECT current_setting('stele.worker', true)) = 'job');
CREATE POLICY worker ON job_schedules USING ((SELECT current_setting('stele.worker', true)) = 'job');
SELECT stele_keep_partitions(3);
