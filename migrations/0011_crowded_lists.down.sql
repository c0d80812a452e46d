-- Takes the marks of long lists away, and has them looked for as before.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

CREATE OR REPLACE FUNCTION stele_code_vectors(of_kind text, orgs uuid[], projects uuid[], items uuid[], scopes text[],
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

ALTER TABLE vector_lists DROP COLUMN crowded;
