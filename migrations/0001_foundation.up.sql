-- The foundation: roles, the registry of embedding models, and the tables of the memory domain.
--
-- A tenant is the pair (org_id, project_id). Row-level security is forced on every tenant table and
-- fails closed: without stele.org_id and stele.project_id no row is seen and none can be written.
-- org_id leads every key, so the same schema can be distributed on it.
SET LOCAL lock_timeout = '5s';

CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pgcrypto;

-- Roles belong to the whole server and may exist already, or be somebody else's to create. Without
-- them Stele works as the owner, whom forced row-level security binds all the same.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['stele_runtime', 'stele_readonly'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            END IF;
            IF NOT pg_has_role(current_user, wanted, 'USAGE') THEN
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

-- The tenant of this transaction. NULL when unset, also after a transaction-local setting has ended
-- (PostgreSQL then leaves an empty string behind).
CREATE FUNCTION stele_org() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('stele.org_id', true), '')::uuid;
CREATE FUNCTION stele_project() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('stele.project_id', true), '')::uuid;

-- Which model the vectors of this database come from. One is active; a vector names its model.
CREATE TABLE embedding_models (
    id           smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL,
    dimensions   integer NOT NULL CHECK (dimensions BETWEEN 1 AND 4096),
    weights_hash text NOT NULL,
    active       boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (name, weights_hash)
);
CREATE UNIQUE INDEX embedding_models_active ON embedding_models (active) WHERE active;

CREATE TABLE memories (
    org_id        uuid NOT NULL,
    project_id    uuid NOT NULL,
    id            uuid NOT NULL,
    scope         text NOT NULL CHECK (scope = 'global' OR scope ~ '^(project|instance|posse):.'),
    instance      text NOT NULL,
    type          text NOT NULL,
    category      text NOT NULL,
    source        text NOT NULL,
    trust         text NOT NULL,
    content       text NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 65536),
    content_hash  bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    lexemes       sparsevec(1000000000) NOT NULL,
    tags          text[] NOT NULL,
    metadata      jsonb NOT NULL,
    pinned        boolean NOT NULL,
    source_uri    text,
    source_commit text,
    source_file   text,
    job_id        text,
    message_id    text,
    valid_from    timestamptz,
    valid_until   timestamptz,
    expires_at    timestamptz,
    superseded_by uuid,
    version       integer NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
-- What is known once is known: the same text in the same scope, unless it has been superseded.
CREATE UNIQUE INDEX memories_content ON memories (org_id, project_id, scope, content_hash)
    WHERE superseded_by IS NULL;
CREATE INDEX memories_recent ON memories (org_id, project_id, created_at DESC, id DESC);

CREATE TABLE memory_vectors (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    memory_id  uuid NOT NULL,
    model      smallint NOT NULL REFERENCES embedding_models (id),
    embedding  halfvec NOT NULL,
    PRIMARY KEY (org_id, memory_id),
    FOREIGN KEY (org_id, memory_id) REFERENCES memories (org_id, id) ON DELETE CASCADE
);

-- Earlier states of a memory, kept by update.
CREATE TABLE memory_versions (
    org_id      uuid NOT NULL,
    project_id  uuid NOT NULL,
    memory_id   uuid NOT NULL,
    version     integer NOT NULL,
    state       jsonb NOT NULL,
    replaced_at timestamptz NOT NULL,
    replaced_by text NOT NULL,
    PRIMARY KEY (org_id, memory_id, version),
    FOREIGN KEY (org_id, memory_id) REFERENCES memories (org_id, id) ON DELETE CASCADE
);

-- The proof that something was forgotten: which ids and hashes, when, by whom; never the content.
CREATE TABLE memory_receipts (
    org_id         uuid NOT NULL,
    project_id     uuid NOT NULL,
    id             uuid NOT NULL,
    forgotten_at   timestamptz NOT NULL,
    forgotten_by   text NOT NULL,
    reason         text NOT NULL,
    memory_ids     uuid[] NOT NULL,
    content_hashes bytea[] NOT NULL,
    PRIMARY KEY (org_id, id)
);

-- Memories whose vector is still to come. The filler (stele.worker = embedding) sees every tenant's
-- rows here, which hold ids alone.
CREATE TABLE embedding_queue (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    memory_id  uuid NOT NULL,
    queued_at  timestamptz NOT NULL DEFAULT now(),
    attempts   integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, memory_id),
    FOREIGN KEY (org_id, memory_id) REFERENCES memories (org_id, id) ON DELETE CASCADE
);
CREATE INDEX embedding_queue_due ON embedding_queue (not_before);

DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['memories', 'memory_vectors', 'memory_versions',
                                        'memory_receipts', 'embedding_queue'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = stele_org() AND project_id = '
                       'stele_project()) WITH CHECK (org_id = stele_org() AND project_id = '
                       'stele_project())', tenant_table);
    END LOOP;
END
$$;
CREATE POLICY worker ON embedding_queue
    USING (current_setting('stele.worker', true) = 'embedding');

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON memories, memory_vectors, embedding_queue
            TO stele_runtime;
        GRANT SELECT, INSERT ON memory_versions, memory_receipts TO stele_runtime;
        GRANT SELECT, INSERT, UPDATE ON embedding_models TO stele_runtime;
        IF to_regclass('public.schema_migrations') IS NOT NULL THEN
            GRANT SELECT ON public.schema_migrations TO stele_runtime;
        END IF;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_readonly') THEN
        GRANT SELECT ON memories, memory_vectors, memory_versions, memory_receipts,
            embedding_queue, embedding_models TO stele_readonly;
        IF to_regclass('public.schema_migrations') IS NOT NULL THEN
            GRANT SELECT ON public.schema_migrations TO stele_readonly;
        END IF;
    END IF;
END
$$;
