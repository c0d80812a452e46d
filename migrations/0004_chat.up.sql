-- The chat domain: threads, their messages in order, summaries, pending actions, and the queues of the
-- background work on them.
--
-- A message's place (seq) comes from its thread's row, which the appending transaction holds: places have no
-- gaps under any number of writers. The columns lexemes, words and pairs are what search compares
-- (src/retrieval); they are final when the message is written.
SET LOCAL lock_timeout = '5s';

CREATE TABLE chat_threads (
    org_id          uuid NOT NULL,
    project_id      uuid NOT NULL,
    -- Made from the project and the key, so a writer need not look it up and no second index is needed to
    -- keep keys unique: two indexes would make first messages that race fail now and then.
    id              uuid NOT NULL,
    key             text NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 512),  -- the caller's own name for it
    scope           text NOT NULL CHECK (scope = 'global' OR scope ~ '^(project|instance|posse):.'),
    channel         text NOT NULL,
    title           text,
    instance        text NOT NULL,
    -- A fork shows its ancestors' messages up to a place, then its own, which count on from there. Ancestors
    -- from the root on; empty for a thread that is no fork.
    line_threads    uuid[] NOT NULL DEFAULT '{}',
    line_upto       integer[] NOT NULL DEFAULT '{}',
    last_seq        integer NOT NULL DEFAULT 0,
    summarized_seq  integer NOT NULL DEFAULT 0,
    metadata        jsonb NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL,
    last_message_at timestamptz NOT NULL,
    ended_at        timestamptz,
    PRIMARY KEY (org_id, id),
    CHECK (cardinality(line_threads) = cardinality(line_upto))
) WITH (fillfactor = 70);
CREATE INDEX chat_threads_recent ON chat_threads (org_id, project_id, last_message_at DESC, id DESC);

CREATE TABLE chat_messages (
    org_id       uuid NOT NULL,
    project_id   uuid NOT NULL,
    id           uuid NOT NULL,
    thread_id    uuid NOT NULL,
    seq          integer NOT NULL CHECK (seq > 0),
    speaker      text NOT NULL,  -- user, assistant, agent:<name>, system, tool, or a person's name
    kind         text NOT NULL,  -- message, tool_call, tool_result
    channel      text NOT NULL,
    content      text NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 262144),
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
    folded       boolean NOT NULL DEFAULT false,  -- its words are in a segment (search_segments)
    created_at   timestamptz NOT NULL,  -- when it was said
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, thread_id, seq),
    FOREIGN KEY (org_id, thread_id) REFERENCES chat_threads (org_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX chat_messages_dedup ON chat_messages (org_id, thread_id, dedup_key)
    WHERE dedup_key IS NOT NULL;
-- The tails, as 0007_memories_tail has them.
CREATE INDEX chat_messages_tail ON chat_messages (org_id, project_id, id NULLS FIRST) WHERE NOT folded;

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
    folded        boolean NOT NULL DEFAULT false,
    model         smallint REFERENCES embedding_models (id),
    embedding     halfvec,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, thread_id, from_seq, to_seq),
    FOREIGN KEY (org_id, thread_id) REFERENCES chat_threads (org_id, id) ON DELETE CASCADE,
    CHECK (from_seq <= to_seq)
);
CREATE INDEX chat_summaries_tail ON chat_summaries (org_id, project_id, id NULLS FIRST) WHERE NOT folded;

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
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, message_id),
    FOREIGN KEY (org_id, message_id) REFERENCES chat_messages (org_id, id) ON DELETE CASCADE,
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
    PRIMARY KEY (org_id, message_id, part),
    FOREIGN KEY (org_id, message_id) REFERENCES chat_messages (org_id, id) ON DELETE CASCADE
);

-- Background work that is due: a thread's vectors from a place on, or a summary. The workers
-- (stele.worker = chat) see every tenant's rows here, which hold ids and places alone.
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
    PRIMARY KEY (org_id, thread_id, task, from_seq, to_seq),
    FOREIGN KEY (org_id, thread_id) REFERENCES chat_threads (org_id, id) ON DELETE CASCADE
);
CREATE INDEX chat_work_due ON chat_work (task, not_before);

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
    PRIMARY KEY (org_id, id)
);

CREATE POLICY legal_hold ON chat_messages AS RESTRICTIVE FOR DELETE USING (retention <> 'legal-hold');
CREATE FUNCTION stele_refuse_held_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'message % is under legal hold', OLD.id
        USING ERRCODE = 'restrict_violation', HINT = 'change its retention class first';
END
$$;
CREATE TRIGGER chat_messages_held BEFORE DELETE ON chat_messages FOR EACH ROW
    WHEN (OLD.retention = 'legal-hold') EXECUTE FUNCTION stele_refuse_held_message();

DO $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['chat_threads', 'chat_messages', 'chat_summaries', 'pending_actions',
                                        'chat_vectors', 'chat_work', 'chat_receipts'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = stele_org() AND project_id = '
                       'stele_project()) WITH CHECK (org_id = stele_org() AND project_id = '
                       'stele_project())', tenant_table);
        EXECUTE format('CREATE POLICY operator ON %I FOR SELECT TO %I USING '
                       '(current_setting(''stele.operator'', true) = ''on'')', tenant_table, reader);
        EXECUTE format('GRANT SELECT ON %I TO %I', tenant_table, reader);
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
            EXECUTE format('GRANT SELECT, INSERT%s ON %I TO stele_runtime',
                           CASE WHEN tenant_table = 'chat_receipts' THEN '' ELSE ', UPDATE, DELETE' END,
                           tenant_table);
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_readonly') THEN
            EXECUTE format('GRANT SELECT ON %I TO stele_readonly', tenant_table);
        END IF;
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_audit') THEN
        GRANT SELECT ON chat_receipts TO stele_audit;
    END IF;
END
$$;
CREATE POLICY worker ON chat_work USING (current_setting('stele.worker', true) = 'chat');
