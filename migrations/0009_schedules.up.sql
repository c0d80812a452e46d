-- What jobs are made from: definitions, schedules, and what the next heartbeat of an agent takes along.
-- docs/adr/0011-jobs.md, src/work/jobs/schedules/heartbeat.hpp.
SET LOCAL lock_timeout = '5s';

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
    -- Whether a job is submitted while the one before still lives.
    overlap     text NOT NULL DEFAULT 'skip' CHECK (overlap IN ('skip', 'allow')),
    -- Of the times that passed while nothing ran: how many are made up for.
    catch_up    text NOT NULL DEFAULT 'one' CHECK (catch_up IN ('one', 'all', 'none')),
    instance    text NOT NULL DEFAULT '',
    next_at     timestamptz,
    last_at     timestamptz,
    last_job_id uuid,
    retry_at    timestamptz,  -- it could not be submitted: not tried again before then
    note        text,         -- why it did not submit, the last time it should have
    fired       bigint NOT NULL DEFAULT 0,  -- times of which a job was submitted
    paused      boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, name)
);
CREATE INDEX job_schedules_due ON job_schedules (next_at) WHERE next_at IS NOT NULL AND NOT paused;

-- What waits for the next heartbeat; moved into its job's input in the transaction that submits it.
CREATE TABLE wake_items (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    id         uuid NOT NULL,  -- a UUIDv7: the order of ids is the order of coming
    text       text NOT NULL,
    source     text NOT NULL CHECK (source IN ('wake', 'hook')),
    instance   text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, id)
);

SELECT stele_protect('job_definitions'), stele_protect('job_schedules'), stele_protect('wake_items');

-- Schedules of any tenant that are due, by key.
SELECT stele_make_lookup('stele_due_schedules', 'most integer',
    'org_id uuid, project_id uuid, name text', $$
    SELECT s.org_id, s.project_id, s.name
    FROM job_schedules s
    WHERE s.next_at <= now() AND s.next_at IS NOT NULL AND NOT s.paused AND (s.retry_at IS NULL OR s.retry_at <= now())
    ORDER BY s.next_at
    LIMIT most
$$);
