-- Finding what is near in meaning: the registry of embedding models, and for each vector one bit a dimension, in lists
-- around centroids.
--
-- Each memory, and each message's own text, that has a vector has a code here: the signs of the vector, 48 bytes for 384
-- dimensions. A tenant's codes of a kind and model stand in lists, each of what is nearest to its centroid. The first list
-- (0) has none and takes everything; one that grows too long is split in the background. A search reads the lists whose
-- centroids are nearest to the question, by one index alone. docs/adr/0012-vector-lists.md.
--
-- Triggers keep the codes in step with the vectors: whatever writes or deletes a vector (a cascade too) need not know. They
-- are a way in, not the truth: the vectors are compared exactly before an answer, and `stele segments refold` makes the
-- codes anew.
SET LOCAL lock_timeout = '5s';

-- Which models the vectors of this database come from. One is active; a vector names its model. One may be filling: its
-- vectors are made beside those of the active one, before it becomes that.
CREATE TABLE embedding_models (
    id           smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL,
    dimensions   integer NOT NULL CHECK (dimensions BETWEEN 1 AND 4096),
    weights_hash text NOT NULL,
    active       boolean NOT NULL DEFAULT false,
    filling      boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (name, weights_hash)
);
CREATE UNIQUE INDEX embedding_models_active ON embedding_models (active) WHERE active;
CREATE UNIQUE INDEX embedding_models_filling ON embedding_models (filling) WHERE filling;

CREATE TABLE vector_lists (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    kind       text NOT NULL,     -- memory, message
    model      smallint NOT NULL,
    list       integer NOT NULL,
    centroid   halfvec,           -- of the first list there is none
    splitting  boolean NOT NULL DEFAULT false,  -- takes nothing new, still searched
    oversized  boolean NOT NULL DEFAULT false,  -- may be too long: who looks for one need not count codes
    PRIMARY KEY (org_id, project_id, kind, model, list)
);

CREATE TABLE vector_codes (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    kind       text NOT NULL,
    item       uuid NOT NULL,
    model      smallint NOT NULL,
    list       integer NOT NULL,
    scope      integer NOT NULL,  -- hashtext of the item's scope
    code       bit varying NOT NULL,
    PRIMARY KEY (org_id, project_id, kind, item, model),
    FOREIGN KEY (org_id, project_id, kind, model, list)
        REFERENCES vector_lists (org_id, project_id, kind, model, list)
);
CREATE INDEX vector_codes_list ON vector_codes (org_id, project_id, kind, model, list)
    INCLUDE (item, scope, code);

-- Writes the codes of vectors; called with the rows of one statement. Plans of this function and of those below outlive the
-- size of the tables that they were made for: indexes alone, and LATERAL with LIMIT where rows are looked up by key.
CREATE FUNCTION stele_write_codes(of_kind text, orgs uuid[], projects uuid[], items uuid[], scopes text[],
                                  models smallint[], embeddings halfvec[]) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    looks jsonb;
    long record;
BEGIN
    INSERT INTO vector_lists (org_id, project_id, kind, model, list)
    SELECT n.org, n.project, of_kind, n.model,
           (SELECT coalesce(max(l.list), -1) + 1 FROM vector_lists l
            WHERE l.org_id = n.org AND l.project_id = n.project AND l.kind = of_kind AND l.model = n.model)
    FROM (SELECT DISTINCT * FROM unnest(orgs, projects, models)) n (org, project, model)
    WHERE NOT EXISTS (SELECT FROM vector_lists l
                      WHERE l.org_id = n.org AND l.project_id = n.project AND l.kind = of_kind
                          AND l.model = n.model AND NOT l.splitting)
    ON CONFLICT DO NOTHING;
    FOR attempt IN 1..5 LOOP
        BEGIN
            WITH written AS (
                INSERT INTO vector_codes (org_id, project_id, kind, model, list, item, scope, code)
                SELECT n.org, n.project, of_kind, n.model,
                       (SELECT l.list FROM vector_lists l
                        WHERE l.org_id = n.org AND l.project_id = n.project AND l.kind = of_kind
                            AND l.model = n.model AND NOT l.splitting
                        ORDER BY l.centroid <=> n.embedding, l.list
                        LIMIT 1),
                       n.item, hashtext(n.scope), binary_quantize(n.embedding)
                FROM unnest(orgs, projects, items, scopes, models, embeddings)
                    n (org, project, item, scope, model, embedding)
                ON CONFLICT (org_id, project_id, kind, item, model) DO UPDATE
                SET list = excluded.list, scope = excluded.scope, code = excluded.code
                RETURNING org_id, project_id, model, list, item
            )
            -- One item in 256 looks whether its list has grown too long.
            SELECT jsonb_agg(DISTINCT jsonb_build_array(w.org_id, w.project_id, w.model, w.list)) INTO looks
            FROM written w
            WHERE get_byte(uuid_send(w.item), 15) = 0;
            EXIT;
        EXCEPTION WHEN foreign_key_violation THEN
            -- The list was split and went away meanwhile: its successors are seen now.
            IF attempt = 5 THEN RAISE; END IF;
        END;
    END LOOP;
    FOR long IN
        SELECT c.org_id, c.project_id, c.model, c.list
        FROM (SELECT (k ->> 0)::uuid AS org_id, (k ->> 1)::uuid AS project_id, (k ->> 2)::smallint AS model,
                     (k ->> 3)::integer AS list
              FROM jsonb_array_elements(looks) k) c
        WHERE 2048 < (SELECT count(*)
                      FROM (SELECT FROM vector_codes o
                            WHERE o.org_id = c.org_id AND o.project_id = c.project_id AND o.kind = of_kind
                                AND o.model = c.model AND o.list = c.list
                            LIMIT 2049) AS others)
        ORDER BY c.org_id, c.project_id, c.model, c.list
    LOOP
        UPDATE vector_lists l SET oversized = true
        WHERE l.org_id = long.org_id AND l.project_id = long.project_id AND l.kind = of_kind
            AND l.model = long.model AND l.list = long.list AND NOT l.oversized;
        PERFORM stele_ask_segments(long.org_id, long.project_id, of_kind);
    END LOOP;
END
$$;

-- Deletes the codes of vectors that are gone, one array element a vector.
CREATE FUNCTION stele_delete_codes(of_kind text, orgs uuid[], projects uuid[], items uuid[], models smallint[])
RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    WITH gone AS MATERIALIZED (SELECT * FROM unnest(orgs, projects, items, models) n (org, project, item, model))
    DELETE FROM vector_codes c USING gone g
    WHERE c.org_id = g.org AND c.project_id = g.project AND c.kind = of_kind AND c.item = g.item AND c.model = g.model;
END
$$;

-- One model's vectors of items of either kind: this function and the next are the one place that knows whose tables they
-- are in. (A view over both would be read whole: no condition but a constant gets through a UNION under row-level
-- security.)
CREATE FUNCTION stele_item_vectors(org uuid, project uuid, of_kind text, of_model integer, items uuid[])
    RETURNS TABLE (item uuid, embedding halfvec)
LANGUAGE plpgsql STABLE ROWS 200 SET enable_seqscan = off AS $$
BEGIN
    IF of_kind = 'memory' THEN
        RETURN QUERY SELECT i.id, v.embedding
            FROM unnest(items) i (id)
                CROSS JOIN LATERAL (SELECT m.embedding FROM memory_vectors m
                                    WHERE m.org_id = org AND m.project_id = project AND m.memory_id = i.id
                                        AND m.model = of_model LIMIT 1) v;
    ELSE
        RETURN QUERY SELECT i.id, v.embedding
            FROM unnest(items) i (id)
                CROSS JOIN LATERAL (SELECT c.embedding FROM chat_vectors c
                                    WHERE c.org_id = org AND c.project_id = project AND c.message_id = i.id
                                        AND c.part = 0 AND c.model = of_model LIMIT 1) v;
    END IF;
END
$$;

-- All of a tenant's, page by page in the order of the items, with their scopes. An item that has vectors of several models
-- has a row of each; the pages are of items.
CREATE FUNCTION stele_vector_page(org uuid, project uuid, of_kind text, after uuid, most integer)
    RETURNS TABLE (item uuid, model smallint, embedding halfvec, scope text)
LANGUAGE plpgsql STABLE ROWS 1000 SET enable_seqscan = off AS $$
BEGIN
    IF of_kind = 'memory' THEN
        RETURN QUERY SELECT v.memory_id, v.model, v.embedding,
                            (SELECT m.scope FROM memories m
                             WHERE m.org_id = org AND m.project_id = project AND m.id = v.memory_id)
            FROM (SELECT * FROM memory_vectors o
                  WHERE o.org_id = org AND o.project_id = project AND o.memory_id > after
                  ORDER BY o.org_id, o.project_id, o.memory_id FETCH FIRST most ROWS WITH TIES) v;
    ELSE
        RETURN QUERY SELECT v.message_id, v.model, v.embedding,
                            (SELECT m.scope FROM chat_messages m
                             WHERE m.org_id = org AND m.project_id = project AND m.id = v.message_id)
            FROM (SELECT * FROM chat_vectors o
                  WHERE o.org_id = org AND o.project_id = project AND o.message_id > after AND o.part = 0
                  ORDER BY o.org_id, o.project_id, o.message_id FETCH FIRST most ROWS WITH TIES) v;
    END IF;
END
$$;

-- The items whose codes are nearest to the question's, from the lists that the caller chose and the nearest of those that
-- it does not know: their numbers are higher than `newest`. The caller compares their vectors.
CREATE FUNCTION stele_nearest(org uuid, project uuid, of_kind text, of_model integer, question halfvec,
                              only_scopes text[], chosen integer[], newest integer, lists integer, most integer)
    RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 200 SET enable_seqscan = off AS $$
DECLARE
    near integer[] := chosen || ARRAY(SELECT l.list FROM vector_lists l
                                      WHERE l.org_id = org AND l.project_id = project AND l.kind = of_kind
                                          AND l.model = of_model AND l.list > newest
                                      -- The first list and those that are being split are always among them.
                                      ORDER BY CASE WHEN NOT l.splitting THEN l.centroid <=> question END NULLS FIRST
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

SELECT stele_protect('vector_lists'), stele_protect('vector_codes');
DO $$
BEGIN
    PERFORM stele_grant('SELECT, INSERT, UPDATE', 'embedding_models', 'stele_runtime'),
            stele_grant('SELECT', 'embedding_models', 'stele_readonly');
    EXECUTE format('GRANT SELECT ON embedding_models TO %I', stele_reader());
    EXECUTE format('GRANT SELECT ON SEQUENCE embedding_models_id_seq TO %I', stele_reader());
END
$$;
