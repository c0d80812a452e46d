-- What agents' work was worth: a verdict on a job, from which reliability, trends and advice are computed.
-- docs/guides/analytics.md.
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
    PRIMARY KEY (org_id, project_id, id)
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

SELECT stele_protect('annotations', legal_hold => 'annotation');
