-- Conversations: threads, their messages in order, summaries, pending actions, and the queues of the background work on
-- them.
--
-- A message's place (seq) comes from its thread's row, which the appending transaction holds: places have no
-- gaps under any number of writers. The columns lexemes, words and pairs are what search compares
-- (src/knowledge/retrieval); they are final when the message is written.
SET LOCAL lock_timeout = '5s';

CREATE TABLE chat_threads (
    org_id          uuid NOT NULL,
    project_id      uuid NOT NULL,
    id              uuid NOT NULL,  -- a UUIDv7
    key             text NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 512),  -- the caller's own name for it
    scope           text NOT NULL CHECK (scope = 'global' OR scope ~ '^(project|instance|posse):.'),
    channel         text NOT NULL,
    title           text,
    instance        text NOT NULL,
    -- A fork shows its ancestors' messages up to a place, then its own, which count on from there. Ancestors
    -- from the root on; empty for a thread that is no fork.
    lineage_threads uuid[] NOT NULL DEFAULT '{}',
    lineage_upto    integer[] NOT NULL DEFAULT '{}',
    last_seq        integer NOT NULL DEFAULT 0,
    summarized_seq  integer NOT NULL DEFAULT 0,
    metadata        jsonb NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL,
    last_message_at timestamptz NOT NULL,
    ended_at        timestamptz,
    owner_user_id   uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    audience        uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    UNIQUE (org_id, project_id, key),
    CHECK (cardinality(lineage_threads) = cardinality(lineage_upto))
) WITH (fillfactor = 70);
CREATE INDEX chat_threads_recent ON chat_threads (org_id, project_id, last_message_at DESC, id DESC);
-- The last of its indexes: of two that cost the same, as on a table without statistics, the planner takes the one that was
-- made last, and the check of a foreign key must not walk a tenant's threads by their names.
ALTER TABLE chat_threads ADD PRIMARY KEY (org_id, project_id, id);

CREATE TABLE chat_messages (
    org_id       uuid NOT NULL,
    project_id   uuid NOT NULL,
    id           uuid NOT NULL,
    thread_id    uuid NOT NULL,
    seq          integer NOT NULL CHECK (seq > 0),
    speaker      text NOT NULL,  -- user, assistant, agent:<name>, system, tool, or a person's name
    kind         text NOT NULL,  -- message, tool_call, tool_result
    channel      text NOT NULL,
    -- Empty only with a tool or with children, which chat.log sees to.
    content      text NOT NULL CHECK (octet_length(content) <= 262144),
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    dedup_key    text,
    job_id       text,
    scope        text NOT NULL,
    instance     text NOT NULL,
    metadata     jsonb NOT NULL,
    retention    text NOT NULL DEFAULT 'standard'
                 CHECK (retention IN ('ephemeral', 'standard', 'audit', 'legal-hold')),
    lexemes      sparsevec(1000000000) NOT NULL,
    words        integer NOT NULL,      -- terms of the text, repeated as often as they occur
    pairs        integer[] NOT NULL,    -- hashes of neighbouring terms, at most 128
    indexed      boolean NOT NULL DEFAULT false,  -- its words are in a segment (search_segments)
    created_at   timestamptz NOT NULL,  -- when it was said
    run_id       text CHECK (octet_length(run_id) BETWEEN 1 AND 512),
    tool         text CHECK (octet_length(tool) BETWEEN 1 AND 512),
    tool_call_id text CHECK (octet_length(tool_call_id) BETWEEN 1 AND 512),
    feedback     text CHECK (feedback IN ('like', 'dislike')),
    owner_user_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    audience     uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',  -- its thread's
    PRIMARY KEY (org_id, project_id, id),
    UNIQUE (org_id, project_id, thread_id, seq),
    FOREIGN KEY (org_id, project_id, thread_id) REFERENCES chat_threads (org_id, project_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX chat_messages_dedup ON chat_messages (org_id, project_id, thread_id, dedup_key)
    WHERE dedup_key IS NOT NULL;
-- The messages that are in no segment yet, as memories_unindexed has them.
CREATE INDEX chat_messages_unindexed ON chat_messages (org_id, project_id, id NULLS FIRST) WHERE NOT indexed;

CREATE TABLE chat_summaries (
    org_id        uuid NOT NULL,
    project_id    uuid NOT NULL,
    id            uuid NOT NULL,
    thread_id     uuid NOT NULL,
    from_seq      integer NOT NULL,
    to_seq        integer NOT NULL,
    summary       text NOT NULL,
    keywords      text[] NOT NULL,
    message_count integer NOT NULL,
    method        text NOT NULL,  -- extractive, or the model's name
    scope         text NOT NULL,
    lexemes       sparsevec(1000000000) NOT NULL,
    words         integer NOT NULL,
    indexed       boolean NOT NULL DEFAULT false,
    model         smallint REFERENCES embedding_models (id),
    embedding     halfvec,
    created_at    timestamptz NOT NULL,
    owner_user_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    audience      uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    PRIMARY KEY (org_id, project_id, id),
    UNIQUE (org_id, project_id, thread_id, from_seq, to_seq),
    FOREIGN KEY (org_id, project_id, thread_id) REFERENCES chat_threads (org_id, project_id, id) ON DELETE CASCADE,
    CHECK (from_seq <= to_seq)
);
CREATE INDEX chat_summaries_unindexed ON chat_summaries (org_id, project_id, id NULLS FIRST) WHERE NOT indexed;

CREATE TABLE pending_actions (
    org_id      uuid NOT NULL,
    project_id  uuid NOT NULL,
    id          uuid NOT NULL,
    message_id  uuid NOT NULL,
    thread_id   uuid NOT NULL,
    action      text NOT NULL,
    status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved', 'cancelled')),
    resolution  text,
    resolved_at timestamptz,
    resolved_by text,
    created_at  timestamptz NOT NULL,
    owner_user_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    audience    uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    PRIMARY KEY (org_id, project_id, id),
    UNIQUE (org_id, project_id, message_id),
    FOREIGN KEY (org_id, project_id, message_id) REFERENCES chat_messages (org_id, project_id, id) ON DELETE CASCADE,
    CHECK ((status = 'open') = (resolved_at IS NULL))
);
CREATE INDEX pending_actions_open ON pending_actions (org_id, project_id, created_at, id)
    WHERE status = 'open';

-- What a message means: part 0 its own text, 1 the text with its two neighbours, 2 the six messages of which
-- it is the first. Of long texts, and of what is said to and by an assistant, there is part 0 alone.
CREATE TABLE chat_vectors (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    message_id uuid NOT NULL,
    part       smallint NOT NULL,
    model      smallint NOT NULL REFERENCES embedding_models (id),
    embedding  halfvec NOT NULL,
    owner_user_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    audience   uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    PRIMARY KEY (org_id, project_id, message_id, part, model),
    FOREIGN KEY (org_id, project_id, message_id) REFERENCES chat_messages (org_id, project_id, id) ON DELETE CASCADE
);

-- Background work that is due: a thread's vectors from a place on, or a summary. The tenants themselves stand in due_work.
CREATE TABLE chat_work (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    thread_id  uuid NOT NULL,
    task       text NOT NULL CHECK (task IN ('vectors', 'summary')),
    from_seq   integer NOT NULL,  -- the message that needs vectors, or the first that a summary is of
    to_seq     integer NOT NULL,  -- the same message, or the last that a summary is of
    queued_at  timestamptz NOT NULL DEFAULT now(),
    attempts   integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, thread_id, task, from_seq, to_seq),
    FOREIGN KEY (org_id, project_id, thread_id) REFERENCES chat_threads (org_id, project_id, id) ON DELETE CASCADE
);
CREATE INDEX chat_work_due ON chat_work (org_id, project_id, task, not_before);

-- The proof that messages were forgotten: ids and hashes, never the content.
CREATE TABLE chat_receipts (
    org_id         uuid NOT NULL,
    project_id     uuid NOT NULL,
    id             uuid NOT NULL,
    forgotten_at   timestamptz NOT NULL,
    forgotten_by   text NOT NULL,
    reason         text NOT NULL,
    thread_id      uuid NOT NULL,
    message_ids    uuid[] NOT NULL,
    content_hashes bytea[] NOT NULL,
    PRIMARY KEY (org_id, project_id, id)
);

-- Of a message, its own text (part 0).
CREATE FUNCTION stele_chat_vectors_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_write_codes('message', array_agg(v.org_id), array_agg(v.project_id), array_agg(v.message_id),
                              array_agg(m.scope), array_agg(v.model), array_agg(v.embedding))
    FROM fresh v
        CROSS JOIN LATERAL (SELECT scope FROM chat_messages
                            WHERE org_id = v.org_id AND project_id = v.project_id AND id = v.message_id LIMIT 1) m
    WHERE v.part = 0
    HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE FUNCTION stele_chat_vectors_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_delete_codes('message', array_agg(org_id), array_agg(project_id), array_agg(message_id),
                               array_agg(model))
    FROM gone WHERE part = 0 HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_vectors_inserted AFTER INSERT ON chat_vectors REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION stele_chat_vectors_written();
CREATE TRIGGER chat_vectors_updated AFTER UPDATE ON chat_vectors REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION stele_chat_vectors_written();
CREATE TRIGGER chat_vectors_deleted AFTER DELETE ON chat_vectors REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION stele_chat_vectors_deleted();

SELECT stele_protect('chat_threads'), stele_protect('chat_messages', legal_hold => 'message'),
       stele_protect('chat_summaries'), stele_protect('pending_actions'), stele_protect('chat_vectors'),
       stele_protect('chat_work'), stele_protect('chat_receipts', append_only => true, audited => true);
