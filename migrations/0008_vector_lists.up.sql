-- Finding what is near in meaning in a large tenant: one bit a dimension, in lists around centroids.
--
-- Each memory, and each message's own text, that has a vector has a code here: the signs of the vector, 48 bytes for
-- 384 dimensions. A tenant's codes of a kind and model stand in lists, each of what is nearest to its centroid. The
-- first list (0) has none and takes everything; one that grows too long is split in the background. A search reads the
-- lists whose centroids are nearest to the question, by one index alone. docs/adr/0012-vector-lists.md.
--
-- Triggers keep the codes beside the vectors: whatever writes or deletes a vector (a cascade too) need not know. They
-- are a way in, not the truth: the vectors are compared exactly before an answer, and `stele segments refold` makes the
-- codes anew.
SET LOCAL lock_timeout = '5s';

CREATE TABLE vector_lists (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    kind       text NOT NULL,     -- memory, message
    model      smallint NOT NULL,
    list       integer NOT NULL,
    centroid   halfvec,           -- of the first list there is none
    closing    boolean NOT NULL DEFAULT false,  -- being split: takes nothing new, still searched
    PRIMARY KEY (org_id, project_id, kind, model, list)
);

CREATE TABLE vector_codes (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    kind       text NOT NULL,
    model      smallint NOT NULL,
    list       integer NOT NULL,
    item       uuid NOT NULL,
    scope      integer NOT NULL,  -- hashtext of the item's scope
    code       bit varying NOT NULL,
    PRIMARY KEY (org_id, kind, item),
    FOREIGN KEY (org_id, project_id, kind, model, list)
        REFERENCES vector_lists (org_id, project_id, kind, model, list)
);
CREATE INDEX vector_codes_list ON vector_codes (org_id, project_id, kind, model, list)
    INCLUDE (item, scope, code);

-- What an item's vector says; called with the rows of one statement.
CREATE FUNCTION stele_code_vectors(of_kind text, orgs uuid[], projects uuid[], items uuid[], scopes text[],
                                   models smallint[], embeddings halfvec[]) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO vector_lists (org_id, project_id, kind, model, list)
    SELECT n.org, n.project, of_kind, n.model,
           (SELECT coalesce(max(l.list), -1) + 1 FROM vector_lists l
            WHERE l.org_id = n.org AND l.project_id = n.project AND l.kind = of_kind AND l.model = n.model)
    FROM (SELECT DISTINCT * FROM unnest(orgs, projects, models)) n (org, project, model)
    WHERE NOT EXISTS (SELECT FROM vector_lists l
                      WHERE l.org_id = n.org AND l.project_id = n.project AND l.kind = of_kind
                          AND l.model = n.model AND NOT l.closing)
    ON CONFLICT DO NOTHING;
    FOR attempt IN 1..5 LOOP
        BEGIN
            INSERT INTO vector_codes (org_id, project_id, kind, model, list, item, scope, code)
            SELECT n.org, n.project, of_kind, n.model,
                   (SELECT l.list FROM vector_lists l
                    WHERE l.org_id = n.org AND l.project_id = n.project AND l.kind = of_kind
                        AND l.model = n.model AND NOT l.closing
                    ORDER BY l.centroid <=> n.embedding, l.list
                    LIMIT 1),
                   n.item, hashtext(n.scope), binary_quantize(n.embedding)
            FROM unnest(orgs, projects, items, scopes, models, embeddings)
                n (org, project, item, scope, model, embedding)
            ON CONFLICT (org_id, kind, item) DO UPDATE
            SET model = excluded.model, list = excluded.list, scope = excluded.scope, code = excluded.code;
            EXIT;
        EXCEPTION WHEN foreign_key_violation THEN
            -- The list was split and went away meanwhile: its successors are seen now.
            IF attempt = 5 THEN RAISE; END IF;
        END;
    END LOOP;
    -- One item in 256 looks whether its list has grown too long.
    INSERT INTO search_folds (org_id, project_id, kind)
    SELECT DISTINCT c.org_id, c.project_id, of_kind
    FROM unnest(orgs, items) n (org, item)
        -- LATERAL and LIMIT here and below: a plan made when tables were small must not read them whole later.
        CROSS JOIN LATERAL (SELECT o.org_id, o.project_id, o.model, o.list FROM vector_codes o
                            WHERE o.org_id = n.org AND o.kind = of_kind AND o.item = n.item
                            LIMIT 1) c
    WHERE get_byte(uuid_send(n.item), 15) = 0
        AND 2048 < (SELECT count(*)
                    FROM (SELECT FROM vector_codes o
                          WHERE o.org_id = c.org_id AND o.project_id = c.project_id AND o.kind = of_kind
                              AND o.model = c.model AND o.list = c.list
                          LIMIT 2049) AS others)
    ON CONFLICT DO NOTHING;
END
$$;

CREATE FUNCTION stele_forget_codes(of_kind text, orgs uuid[], items uuid[]) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    org uuid;
BEGIN
    FOR org IN SELECT DISTINCT o FROM unnest(orgs) o LOOP
        DELETE FROM vector_codes c WHERE c.org_id = org AND c.kind = of_kind AND c.item = ANY (items);
    END LOOP;
END
$$;

CREATE FUNCTION stele_memory_vectors_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_code_vectors('memory', array_agg(v.org_id), array_agg(v.project_id), array_agg(v.memory_id),
                               array_agg(m.scope), array_agg(v.model), array_agg(v.embedding))
    FROM fresh v
        CROSS JOIN LATERAL (SELECT scope FROM memories WHERE org_id = v.org_id AND id = v.memory_id LIMIT 1) m
    HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE FUNCTION stele_memory_vectors_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_forget_codes('memory', array_agg(org_id), array_agg(memory_id)) FROM gone HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER memory_vectors_inserted AFTER INSERT ON memory_vectors REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION stele_memory_vectors_written();
CREATE TRIGGER memory_vectors_updated AFTER UPDATE ON memory_vectors REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION stele_memory_vectors_written();
CREATE TRIGGER memory_vectors_deleted AFTER DELETE ON memory_vectors REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION stele_memory_vectors_gone();

-- Of a message, its own text (part 0).
CREATE FUNCTION stele_chat_vectors_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_code_vectors('message', array_agg(v.org_id), array_agg(v.project_id), array_agg(v.message_id),
                               array_agg(m.scope), array_agg(v.model), array_agg(v.embedding))
    FROM fresh v
        CROSS JOIN LATERAL (SELECT scope FROM chat_messages WHERE org_id = v.org_id AND id = v.message_id LIMIT 1) m
    WHERE v.part = 0
    HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE FUNCTION stele_chat_vectors_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stele_forget_codes('message', array_agg(org_id), array_agg(message_id))
    FROM gone WHERE part = 0 HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_vectors_inserted AFTER INSERT ON chat_vectors REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION stele_chat_vectors_written();
CREATE TRIGGER chat_vectors_updated AFTER UPDATE ON chat_vectors REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION stele_chat_vectors_written();
CREATE TRIGGER chat_vectors_deleted AFTER DELETE ON chat_vectors REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION stele_chat_vectors_gone();

-- Vectors of items of either kind: this function and the next are the one place that knows whose tables they are in.
-- (A view over both would be read whole: no condition but a constant gets through a UNION under row-level security.)
-- Indexes alone, here and below: the plans outlive the size of the tables they were made for.
CREATE FUNCTION stele_item_vectors(org uuid, project uuid, of_kind text, items uuid[])
    RETURNS TABLE (item uuid, model smallint, embedding halfvec)
LANGUAGE plpgsql STABLE ROWS 200 SET enable_seqscan = off AS $$
BEGIN
    IF of_kind = 'memory' THEN
        RETURN QUERY SELECT v.memory_id, v.model, v.embedding FROM memory_vectors v
            WHERE v.org_id = org AND v.project_id = project AND v.memory_id = ANY (items);
    ELSE
        RETURN QUERY SELECT v.message_id, v.model, v.embedding FROM chat_vectors v
            WHERE v.org_id = org AND v.project_id = project AND v.message_id = ANY (items) AND v.part = 0;
    END IF;
END
$$;

-- All of a tenant's, page by page in the order of the items, with their scopes.
CREATE FUNCTION stele_vector_page(org uuid, project uuid, of_kind text, after uuid, most integer)
    RETURNS TABLE (item uuid, model smallint, embedding halfvec, scope text)
LANGUAGE plpgsql STABLE ROWS 1000 SET enable_seqscan = off AS $$
BEGIN
    IF of_kind = 'memory' THEN
        RETURN QUERY SELECT v.memory_id, v.model, v.embedding,
                            (SELECT m.scope FROM memories m WHERE m.org_id = org AND m.id = v.memory_id)
            FROM memory_vectors v
            WHERE v.org_id = org AND v.project_id = project AND v.memory_id > after
            ORDER BY v.org_id, v.memory_id LIMIT most;
    ELSE
        RETURN QUERY SELECT v.message_id, v.model, v.embedding,
                            (SELECT m.scope FROM chat_messages m WHERE m.org_id = org AND m.id = v.message_id)
            FROM chat_vectors v
            WHERE v.org_id = org AND v.project_id = project AND v.message_id > after AND v.part = 0
            ORDER BY v.org_id, v.message_id LIMIT most;
    END IF;
END
$$;

-- The items whose codes are nearest to the question's, from the nearest lists. The caller compares their vectors.
CREATE FUNCTION stele_nearest(org uuid, project uuid, of_kind text, of_model integer, question halfvec,
                              only_scopes text[], lists integer, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 200 SET enable_seqscan = off AS $$
DECLARE
    near integer[] := ARRAY(SELECT l.list FROM vector_lists l
                            WHERE l.org_id = org AND l.project_id = project AND l.kind = of_kind
                                AND l.model = of_model
                            -- The first list and those that are being split are always among them.
                            ORDER BY CASE WHEN NOT l.closing THEN l.centroid <=> question END NULLS FIRST
                            LIMIT lists);
    hashes integer[] := ARRAY(SELECT hashtext(s) FROM unnest(only_scopes) s);
    bits bit varying := binary_quantize(question);
BEGIN
    IF only_scopes IS NULL THEN
        RETURN QUERY SELECT c.item FROM vector_codes c
            WHERE c.org_id = org AND c.project_id = project AND c.kind = of_kind AND c.model = of_model
                AND c.list = ANY (near)
            ORDER BY c.code <~> bits LIMIT most;
    ELSE
        RETURN QUERY SELECT c.item FROM vector_codes c
            WHERE c.org_id = org AND c.project_id = project AND c.kind = of_kind AND c.model = of_model
                AND c.list = ANY (near) AND c.scope = ANY (hashes)
            ORDER BY c.code <~> bits LIMIT most;
    END IF;
END
$$;

DO $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['vector_lists', 'vector_codes'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = stele_org() AND project_id = '
                       'stele_project()) WITH CHECK (org_id = stele_org() AND project_id = '
                       'stele_project())', tenant_table);
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
