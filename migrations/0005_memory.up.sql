-- The memory domain: what agents remember, its earlier states, its vectors, and the proof of what was forgotten.
--
-- owner_user_id and audience say whose a row is and who knows of it; until users come, everything is the local user's and
-- public.
SET LOCAL lock_timeout = '5s';

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
    retention     text NOT NULL DEFAULT 'standard'
                  CONSTRAINT memories_retention CHECK (retention IN ('ephemeral', 'standard', 'audit', 'legal-hold')),
    indexed       boolean NOT NULL DEFAULT false,  -- its words are in a segment (search_segments)
    owner_user_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    audience      uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    PRIMARY KEY (org_id, project_id, id)
);
-- What is known once is known: the same text in the same scope for the same audience, unless it has been superseded.
CREATE UNIQUE INDEX memories_content ON memories (org_id, project_id, scope, content_hash, audience)
    WHERE superseded_by IS NULL;
CREATE INDEX memories_recent ON memories (org_id, project_id, created_at DESC, id DESC);
-- The memories that are in no segment yet, oldest first, for the segment builder and for the searches that score them one
-- by one. NULLS FIRST is an order that no other index has: who asks for it reads this one.
CREATE INDEX memories_unindexed ON memories (org_id, project_id, id NULLS FIRST) WHERE NOT indexed;

CREATE TABLE memory_vectors (
    org_id        uuid NOT NULL,
    project_id    uuid NOT NULL,
    memory_id     uuid NOT NULL,
    model         smallint NOT NULL REFERENCES embedding_models (id),
    embedding     halfvec NOT NULL,
    owner_user_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    audience      uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    PRIMARY KEY (org_id, project_id, memory_id, model),
    FOREIGN KEY (org_id, project_id, memory_id) REFERENCES memories (org_id, project_id, id) ON DELETE CASCADE
);

-- Earlier states of a memory, kept by update.
CREATE TABLE memory_versions (
    org_id        uuid NOT NULL,
    project_id    uuid NOT NULL,
    memory_id     uuid NOT NULL,
    version       integer NOT NULL,
    state         jsonb NOT NULL,
    replaced_at   timestamptz NOT NULL,
    replaced_by   text NOT NULL,
    owner_user_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    audience      uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    PRIMARY KEY (org_id, project_id, memory_id, version),
    FOREIGN KEY (org_id, project_id, memory_id) REFERENCES memories (org_id, project_id, id) ON DELETE CASCADE
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
    PRIMARY KEY (org_id, project_id, id)
);

-- Memories whose vector is still to come.
CREATE TABLE embedding_queue (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    memory_id  uuid NOT NULL,
    queued_at  timestamptz NOT NULL DEFAULT now(),
    attempts   integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, memory_id),
    FOREIGN KEY (org_id, project_id, memory_id) REFERENCES memories (org_id, project_id, id) ON DELETE CASCADE
);
CREATE INDEX embedding_queue_due ON embedding_queue (org_id, project_id, not_before);

CREATE FUNCTION stele_memory_vectors_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_write_codes('memory', array_agg(v.org_id), array_agg(v.project_id), array_agg(v.memory_id),
                              array_agg(m.scope), array_agg(v.model), array_agg(v.embedding))
    FROM fresh v
        CROSS JOIN LATERAL (SELECT scope FROM memories
                            WHERE org_id = v.org_id AND project_id = v.project_id AND id = v.memory_id LIMIT 1) m
    HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE FUNCTION stele_memory_vectors_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_delete_codes('memory', array_agg(org_id), array_agg(project_id), array_agg(memory_id), array_agg(model))
    FROM gone HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER memory_vectors_inserted AFTER INSERT ON memory_vectors REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION stele_memory_vectors_written();
CREATE TRIGGER memory_vectors_updated AFTER UPDATE ON memory_vectors REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION stele_memory_vectors_written();
CREATE TRIGGER memory_vectors_deleted AFTER DELETE ON memory_vectors REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION stele_memory_vectors_deleted();

SELECT stele_protect('memories', legal_hold => 'memory'),
       stele_protect('memory_vectors'),
       stele_protect('memory_versions', append_only => true),
       stele_protect('memory_receipts', append_only => true, audited => true),
       stele_protect('embedding_queue');

-- How many memories of all tenants wait for their vector, and for how long the oldest has, in seconds: the metrics ask.
SELECT stele_make_lookup('stele_embedding_backlog', '', 'waiting bigint, oldest double precision', $$
    SELECT count(*), coalesce(extract(epoch FROM now() - min(q.queued_at)), 0)::float8 FROM embedding_queue q
$$);
SELECT stele_grant('EXECUTE', 'FUNCTION stele_embedding_backlog', 'stele_readonly');
