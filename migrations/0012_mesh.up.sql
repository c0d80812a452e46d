-- The mesh: who is there, who got which work and why, and what became of it.
--
-- What an instance says when it registers stands in mesh_instances; what changes with every heartbeat stands in mesh_heartbeats,
-- narrow and named by no index but its key, so that a heartbeat stays in its page. Whether an instance is well is never
-- stored: it follows from the time of its last heartbeat when it is read. docs/adr/0014-mesh.md.
SET LOCAL lock_timeout = '5s';

CREATE TABLE mesh_instances (
    org_id           uuid NOT NULL,
    project_id       uuid NOT NULL,
    id               uuid NOT NULL,
    name             text NOT NULL,  -- who it is: registering the name again is the same instance
    posse            text NOT NULL DEFAULT '',
    role             text NOT NULL DEFAULT '',
    expertise        text NOT NULL DEFAULT '',
    expertise_model  smallint REFERENCES embedding_models (id),
    expertise_vector halfvec,
    capabilities     text[] NOT NULL DEFAULT '{}',
    models           text[] NOT NULL DEFAULT '{}',
    endpoint         text NOT NULL DEFAULT '',  -- where it takes work over HTTP; '': it takes none
    version          text NOT NULL DEFAULT '',
    restarts         integer NOT NULL DEFAULT 0,
    revision         integer NOT NULL DEFAULT 1,  -- another with each registration
    registered_at    timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK ((expertise_vector IS NULL) = (expertise_model IS NULL))
);
CREATE UNIQUE INDEX mesh_instances_name ON mesh_instances (org_id, project_id, name);
-- The last of its indexes, as with chat_threads.
ALTER TABLE mesh_instances ADD PRIMARY KEY (org_id, project_id, id);

CREATE TABLE mesh_heartbeats (
    org_id          uuid NOT NULL,
    project_id      uuid NOT NULL,
    id              uuid NOT NULL,
    heartbeat_at    timestamptz NOT NULL DEFAULT now(),
    gone            boolean NOT NULL DEFAULT false,  -- it said that it leaves
    status          text NOT NULL DEFAULT 'idle' CHECK (status IN ('idle', 'busy')),
    active_jobs     integer NOT NULL DEFAULT 0,
    completed_jobs  bigint NOT NULL DEFAULT 0,
    uptime_seconds  bigint NOT NULL DEFAULT 0,
    revision        integer NOT NULL DEFAULT 1,  -- that of mesh_instances: who keeps a copy sees that it is old
    -- Delegations that ended, each half as heavy after half_life: as of outcome_at.
    outcome_weight  double precision NOT NULL DEFAULT 0,
    outcome_success double precision NOT NULL DEFAULT 0,
    outcome_at      timestamptz,
    PRIMARY KEY (org_id, project_id, id),
    FOREIGN KEY (org_id, project_id, id) REFERENCES mesh_instances (org_id, project_id, id) ON DELETE CASCADE
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
        autovacuum_vacuum_cost_delay = 0);

-- Why work went where it went: the factors of the best candidates, the weights, who was left out.
CREATE TABLE routing_explanations (
    org_id      uuid NOT NULL,
    project_id  uuid NOT NULL,
    id          uuid NOT NULL,
    domain      text,
    model       text,
    weights     jsonb NOT NULL,
    candidates  jsonb NOT NULL,
    skipped     jsonb NOT NULL,
    selected_id uuid,
    selected    text,
    score       double precision,
    reason      text NOT NULL,
    instance    text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, id)
);

CREATE TABLE delegations (
    org_id                 uuid NOT NULL,
    project_id             uuid NOT NULL,
    id                     uuid NOT NULL,  -- a UUIDv7; the target's Idempotency-Key for the job
    idempotency_key        text NOT NULL,  -- the caller's own name for it, else the id
    for_job_id             uuid,           -- the job here that asked for it
    local_job_id           uuid,           -- the job here that it fell back to
    remote_job_id          text,
    target_id              uuid NOT NULL,
    target                 text NOT NULL,
    endpoint               text NOT NULL,
    depth                  smallint NOT NULL,
    path                   text[] NOT NULL,
    -- submitting: the target may have the job or not, and is asked until it says so
    status                 text NOT NULL DEFAULT 'submitting'
                           CHECK (status IN ('submitting', 'submitted', 'complete', 'failed', 'stopped', 'local')),
    remote_status          text,
    routing_explanation_id uuid NOT NULL,
    score                  double precision,
    reason                 text NOT NULL,
    fallback               boolean NOT NULL,
    payload_redacted       jsonb NOT NULL,
    outcome                jsonb,
    error                  text,
    instance               text NOT NULL,
    conversation           text,  -- what it belongs to: its next job goes to the same instance
    attempts               integer NOT NULL DEFAULT 0,  -- failures in a row
    event_seq              integer NOT NULL DEFAULT 1,
    next_poll_at           timestamptz,
    retention              text NOT NULL DEFAULT 'standard'
                           CHECK (retention IN ('ephemeral', 'standard', 'audit', 'legal-hold')),
    created_at             timestamptz NOT NULL DEFAULT now(),
    started_at             timestamptz,  -- the target took it
    ended_at               timestamptz,
    CHECK ((ended_at IS NULL) = (status IN ('submitting', 'submitted'))),
    CHECK ((next_poll_at IS NULL) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX delegations_key ON delegations (org_id, project_id, idempotency_key);
CREATE INDEX delegations_conversation ON delegations (org_id, project_id, conversation, id DESC)
    WHERE conversation IS NOT NULL;
CREATE INDEX delegations_due ON delegations (next_poll_at) WHERE next_poll_at IS NOT NULL;
ALTER TABLE delegations ADD PRIMARY KEY (org_id, project_id, id);  -- the last, as with chat_threads

-- Every step of a delegation; nobody changes one.
CREATE TABLE delegation_events (
    org_id        uuid NOT NULL,
    project_id    uuid NOT NULL,
    delegation_id uuid NOT NULL,
    seq           integer NOT NULL,
    type          text NOT NULL,
    payload       jsonb NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, delegation_id, seq),
    FOREIGN KEY (org_id, project_id, delegation_id) REFERENCES delegations (org_id, project_id, id) ON DELETE CASCADE
);

SELECT stele_protect('mesh_instances'), stele_protect('mesh_heartbeats'), stele_protect('routing_explanations'),
       stele_protect('delegations', legal_hold => 'delegation'), stele_protect('delegation_events', append_only => true);

-- Delegations of any tenant that are to be looked at, by key.
SELECT stele_make_lookup('stele_due_delegations', 'most integer, resting_orgs uuid[], resting_projects uuid[]',
    'org_id uuid, project_id uuid, id uuid', $$
    SELECT d.org_id, d.project_id, d.id
    FROM delegations d
    WHERE d.next_poll_at <= now() AND d.next_poll_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM unnest(resting_orgs, resting_projects) r (org, project)
                        WHERE r.org = d.org_id AND r.project = d.project_id)
    ORDER BY d.next_poll_at
    LIMIT most
$$);
