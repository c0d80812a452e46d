-- What agents' work was worth: a verdict on a job, from which reliability, trends and advice are computed. What agents
-- know how to do: skills. The ways to people: channels. What wakes agents: items that a heartbeat takes along.
-- docs/analytics.md, src/skills/README.md, src/channels/README.md, src/jobs/heartbeat.hpp.
SET LOCAL lock_timeout = '5s';

CREATE TABLE annotations (
    org_id        uuid NOT NULL,
    project_id    uuid NOT NULL,
    id            uuid NOT NULL,  -- a UUIDv7
    job_id        text NOT NULL,  -- a job's id, or what another system calls its job
    job           uuid,           -- the same, when this ledger had that job
    origin        text NOT NULL CHECK (origin IN ('human', 'auto')),
    verdict       text NOT NULL CHECK (verdict IN ('pass', 'fail', 'partial')),
    score         double precision NOT NULL CHECK (score BETWEEN 0 AND 1),
    counts        boolean NOT NULL DEFAULT true,  -- false: a person said something else about the job
    feedback      text,
    categories    text[] NOT NULL DEFAULT '{}',
    agent         text NOT NULL,
    model         text NOT NULL,
    domain        text NOT NULL,
    iterations    integer NOT NULL,
    token_cost    double precision NOT NULL,
    duration_ms   bigint NOT NULL,
    files_changed text[] NOT NULL DEFAULT '{}',
    prompt        text,           -- its beginning, secrets out
    instance      text NOT NULL,
    retention     text NOT NULL DEFAULT 'standard'
                  CHECK (retention IN ('ephemeral', 'standard', 'audit', 'legal-hold')),
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX annotations_job ON annotations (org_id, project_id, job_id, origin);
CREATE INDEX annotations_time ON annotations (org_id, project_id, created_at, id);
-- All that scores are made of: they are computed from the index alone.
CREATE INDEX annotations_scored ON annotations (org_id, project_id, created_at)
    INCLUDE (agent, model, domain, iterations, verdict, score) WHERE counts;
CREATE INDEX annotations_agent ON annotations (org_id, project_id, agent, created_at)
    INCLUDE (verdict, score) WHERE counts;
CREATE INDEX annotations_failed ON annotations (org_id, project_id, domain, created_at)
    WHERE counts AND verdict = 'fail';

-- How something is done. A tenant has some hundreds of them: a search looks at all.
CREATE TABLE skills (
    org_id       uuid NOT NULL,
    project_id   uuid NOT NULL,
    id           uuid NOT NULL,
    name         text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]*$'),
    description  text NOT NULL,
    content      text NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 65536),
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    tags         text[] NOT NULL DEFAULT '{}',
    source       text NOT NULL,
    instance     text NOT NULL,
    version      integer NOT NULL DEFAULT 1,
    lexemes      sparsevec(1000000000) NOT NULL,
    embedding    halfvec,
    model        text,  -- the hash of the model that the vector comes from
    retention    text NOT NULL DEFAULT 'standard'
                 CHECK (retention IN ('ephemeral', 'standard', 'audit', 'legal-hold')),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CHECK ((embedding IS NULL) = (model IS NULL))
);
CREATE UNIQUE INDEX skills_name ON skills (org_id, project_id, name);

CREATE POLICY legal_hold ON skills AS RESTRICTIVE FOR DELETE USING (retention <> 'legal-hold');
CREATE TRIGGER skills_held BEFORE DELETE ON skills FOR EACH ROW
    WHEN (OLD.retention = 'legal-hold') EXECUTE FUNCTION stele_refuse_held_row('skill');
-- A message on a channel is a job of the queue channel:<name>.
CREATE TABLE channels (
    org_id      uuid NOT NULL,
    project_id  uuid NOT NULL,
    name        text NOT NULL,
    description text,
    can_send    boolean NOT NULL DEFAULT true,
    instance    text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, name)
);

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

-- How many times came of which a job was submitted.
ALTER TABLE job_schedules ADD COLUMN fired bigint NOT NULL DEFAULT 0;

CREATE POLICY legal_hold ON annotations AS RESTRICTIVE FOR DELETE USING (retention <> 'legal-hold');
CREATE TRIGGER annotations_held BEFORE DELETE ON annotations FOR EACH ROW
    WHEN (OLD.retention = 'legal-hold') EXECUTE FUNCTION stele_refuse_held_row('annotation');

DO $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['annotations', 'skills', 'channels', 'wake_items'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('CREATE POLICY tenant ON %I USING (CASE WHEN org_id = (SELECT stele_org()) THEN project_id = '
                       '(SELECT stele_project()) ELSE false END) WITH CHECK (org_id = (SELECT stele_org()) AND '
                       'project_id = (SELECT stele_project()))', tenant_table);
        EXECUTE format('CREATE POLICY operator ON %I FOR SELECT TO %I USING '
                       '(current_setting(''stele.operator'', true) = ''on'')', tenant_table, reader);
        EXECUTE format('GRANT SELECT ON %I TO %I', tenant_table, reader);
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO stele_runtime', tenant_table);
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_readonly') THEN
            EXECUTE format('GRANT SELECT ON %I TO stele_readonly', tenant_table);
        END IF;
    END LOOP;
END
$$;
