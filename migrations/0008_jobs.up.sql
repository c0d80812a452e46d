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
    depth           smallint NOT NULL DEFAULT 0,  -- how many ancestors it has
    announced       boolean NOT NULL DEFAULT false,  -- to those who follow the event stream
    created_at      timestamptz NOT NULL DEFAULT now(),
    status          text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'complete', 'failed', 'stopped')),
    -- Written at its end.
    attempts        integer NOT NULL DEFAULT 0,
    generation      integer NOT NULL DEFAULT 0,
    event_seq       integer NOT NULL DEFAULT 2,
    started_at      timestamptz,
    ended_at        timestamptz,
    worker          text,
    output          jsonb,
    error           text,
    stop_reason     text,
    usage           jsonb,
    attempt_started_at timestamptz,  -- of the attempt that completed it, when it was not the first
    PRIMARY KEY (org_id, project_id, id),
    CHECK ((status = 'queued') = (ended_at IS NULL))
) WITH (fillfactor = 50);  -- the end is written into the same page; no index may name what it changes
CREATE UNIQUE INDEX jobs_key ON jobs (org_id, project_id, queue, key) WHERE key IS NOT NULL;
CREATE INDEX jobs_parent ON jobs (org_id, project_id, parent_id, id) WHERE parent_id IS NOT NULL;
CREATE INDEX jobs_retry_of ON jobs (org_id, project_id, retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX jobs_forked_from ON jobs (org_id, project_id, forked_from) WHERE forked_from IS NOT NULL;
CREATE INDEX jobs_held ON jobs (org_id, project_id, id) WHERE retention = 'legal-hold';

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
    announced          boolean NOT NULL DEFAULT false,
    granted_seconds    integer,  -- with the lease: what renews it
    -- Place 1 of a job is that it was queued, 2 that it started: nobody who follows it misses them.
    event_seq          integer NOT NULL DEFAULT 2,  -- steps, events, tool calls, checkpoints count on it
    PRIMARY KEY (org_id, project_id, id),
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
    PRIMARY KEY (org_id, project_id, job_id, generation, outcome),
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
    PRIMARY KEY (org_id, project_id, job_id, name),
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
    PRIMARY KEY (org_id, project_id, job_id, name),
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
    PRIMARY KEY (org_id, project_id, job_id, seq, created_at)
) PARTITION BY RANGE (created_at);

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
    PRIMARY KEY (org_id, project_id, job_id, seq),
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
    PRIMARY KEY (org_id, project_id, job_id, seq),
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
    PRIMARY KEY (org_id, project_id, id),
    FOREIGN KEY (org_id, project_id, job_id) REFERENCES jobs (org_id, project_id, id) ON DELETE CASCADE,
    CHECK ((verified IS NULL) = (verified_at IS NULL))
);
CREATE INDEX artifacts_job ON artifacts (org_id, project_id, job_id, created_at, id);

-- Submits a job in the caller's own transaction, for which stele.org_id and stele.project_id must be set. Options:
-- key, group, priority, delaySeconds, maxAttempts, leaseSeconds, metadata. Gives the job's id; of the job that is
-- there when the queue has the key. What the
-- options do not say the newest definition of that name does.
CREATE FUNCTION stele_submit_job(to_queue text, job_name text, job_input jsonb DEFAULT NULL,
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

-- Whether a partition of job_events must stay: it has an event of a job that lives or is under legal hold.
CREATE FUNCTION stele_job_events_held(part regclass) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    held boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM job_queue q WHERE EXISTS (SELECT FROM %1$s e WHERE e.org_id = q.org_id '
                   'AND e.project_id = q.project_id AND e.job_id = q.id)) '
                   'OR EXISTS (SELECT FROM jobs j WHERE j.retention = ''legal-hold'' AND EXISTS (SELECT FROM %1$s e '
                   'WHERE e.org_id = j.org_id AND e.project_id = j.project_id AND e.job_id = j.id))', part) INTO held;
    RETURN held;
END
$$;

SELECT stele_protect('jobs', legal_hold => 'job'), stele_protect('job_queue'), stele_protect('job_queues'),
       stele_protect('job_attempts'), stele_protect('job_steps'), stele_protect('job_signals'),
       stele_protect('job_events', append_only => true), stele_protect('job_checkpoints'),
       stele_protect('job_tool_calls'), stele_protect('artifacts', legal_hold => 'artifact');
SELECT stele_register_partitions('job_events', 'month', 3, 7, 'job_id', 'stele_job_events_held');

-- What job maintenance finds across tenants. What becomes of a job is decided in a transaction of its tenant.
-- resting_orgs, resting_projects: tenants that are left alone.
SELECT stele_make_lookup('stele_expired_leases', 'most integer, resting_orgs uuid[], resting_projects uuid[]',
    'org_id uuid, project_id uuid, id uuid, generation integer', $$
    SELECT q.org_id, q.project_id, q.id, q.generation
    FROM job_queue q
    WHERE q.state = 'running' AND q.lease_until < now()
        AND NOT EXISTS (SELECT FROM unnest(resting_orgs, resting_projects) r (org, project)
                        WHERE r.org = q.org_id AND r.project = q.project_id)
    ORDER BY q.lease_until
    LIMIT most
$$);

-- Delayed jobs that are due, and waiting ones whose time is over.
SELECT stele_make_lookup('stele_due_jobs', 'most integer, resting_orgs uuid[], resting_projects uuid[]',
    'org_id uuid, project_id uuid, id uuid', $$
    SELECT q.org_id, q.project_id, q.id
    FROM job_queue q
    WHERE q.state IN ('delayed', 'waiting') AND q.wake_at <= now()
        AND NOT EXISTS (SELECT FROM unnest(resting_orgs, resting_projects) r (org, project)
                        WHERE r.org = q.org_id AND r.project = q.project_id)
    ORDER BY q.wake_at
    LIMIT most
$$);
