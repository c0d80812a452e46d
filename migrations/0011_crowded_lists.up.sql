-- Lists that may be too long are marked. Who looked for one counted all of a tenant's codes: half a second at a
-- million items, after each split and each time that a search asked for a look.
SET LOCAL lock_timeout = '5s';

-- Those that are there are looked at once.
ALTER TABLE vector_lists ADD COLUMN crowded boolean NOT NULL DEFAULT true;
ALTER TABLE vector_lists ALTER COLUMN crowded SET DEFAULT false;

CREATE OR REPLACE FUNCTION stele_code_vectors(of_kind text, orgs uuid[], projects uuid[], items uuid[], scopes text[],
                                   models smallint[], embeddings halfvec[]) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    long record;
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
    FOR long IN
        SELECT DISTINCT c.org_id, c.project_id, c.model, c.list
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
        ORDER BY c.org_id, c.project_id, c.model, c.list
    LOOP
        UPDATE vector_lists l SET crowded = true
        WHERE l.org_id = long.org_id AND l.project_id = long.project_id AND l.kind = of_kind
            AND l.model = long.model AND l.list = long.list AND NOT l.crowded;
        INSERT INTO search_folds (org_id, project_id, kind) VALUES (long.org_id, long.project_id, of_kind)
        ON CONFLICT DO NOTHING;
    END LOOP;
END
$$;
