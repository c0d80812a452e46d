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
    owner_user_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    audience   uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    PRIMARY KEY (org_id, project_id, id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX events_job ON events (org_id, project_id, job_id, id) WHERE job_id IS NOT NULL;

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

-- What is too long for the stream is left out: the ledger has it.
CREATE FUNCTION stele_bounded_json(said jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN octet_length(said::text) <= 4096 THEN said END
$$;

CREATE FUNCTION stele_announce_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_announce(NEW.org_id, NEW.project_id, 'job.' || NEW.status, NEW.id, NEW.metadata ->> 'sessionId',
        jsonb_strip_nulls(jsonb_build_object(
            'jobId', NEW.id, 'name', NEW.name, 'queue', NEW.queue, 'parentJobId', NEW.parent_id,
            'agent', stele_bounded_json(NEW.input -> 'agent'), 'model', stele_bounded_json(NEW.input -> 'model'),
            'maxIterations', stele_bounded_json(NEW.input -> 'maxIterations'),
            'duration', (extract(epoch FROM NEW.ended_at - NEW.started_at) * 1000)::bigint,
            'summary', left(NEW.output ->> 'summary', 2000), 'filesChanged', stele_bounded_json(NEW.output -> 'filesChanged'),
            'exitCode', stele_bounded_json(NEW.output -> 'exitCode'), 'tokensUsed', stele_bounded_json(NEW.usage), 'error', left(NEW.error, 2000),
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
                               'worker', NEW.worker, 'agent', stele_bounded_json(j.input -> 'agent'), 'model', stele_bounded_json(j.input -> 'model'))))
    FROM jobs j
    WHERE j.org_id = NEW.org_id AND j.project_id = NEW.project_id AND j.id = NEW.id;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER announce_started AFTER UPDATE OF state ON job_queue DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.announced AND NEW.state = 'running' AND OLD.state <> 'running')
    EXECUTE FUNCTION stele_announce_start();

SELECT stele_protect('event_heads'), stele_protect('events', append_only => true);
SELECT stele_register_partitions('events', 'month', 3, 7);

-- How far the streams of these tenants go: a feed asks which of those that it serves have something new.
SELECT stele_make_lookup('stele_event_heads', 'orgs uuid[], projects uuid[]', 'org_id uuid, project_id uuid, last_id bigint', $$
    SELECT k.org, k.project, h.last_id
    FROM unnest(orgs, projects) AS k (org, project)
        CROSS JOIN LATERAL (SELECT e.last_id FROM event_heads e
                            WHERE e.org_id = k.org AND e.project_id = k.project OFFSET 0) h
$$);
SELECT stele_grant('EXECUTE', 'FUNCTION stele_event_heads', 'stele_readonly');
