-- The graph: typed edges between everything, written by the domains in the transaction of the row they describe.
--
-- Strict edges form no cycle. Every node has a rank, and each strict edge runs from a higher rank to a lower one;
-- where that holds there can be no cycle. The rank of a UUIDv7 is the id itself, so that what is newer may rest on
-- what is older without a look at anything; other ids rank below all of them. Only what goes against that order is
-- searched for, and gets its rank written down (graph_ranks). See docs/adr/0009-graph.md.
SET LOCAL lock_timeout = '5s';

CREATE FUNCTION stele_graph_strict(edge_type text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN edge_type IN ('depends_on', 'derived_from', 'supersedes', 'produced_artifact', 'verified_by',
                         'remediated_by', 'found_in', 'delegated_to');

-- The node of a thing: an item's own id, or for what is known by a name alone (a commit, a file, a job of
-- another system) a UUIDv8 made of the kind and the name. Keys carry the tenant,
-- so the id need not: a tenant that is copied under another name keeps its nodes.
CREATE FUNCTION stele_graph_id(kind text, key text) RETURNS uuid LANGUAGE sql IMMUTABLE
    PARALLEL SAFE
    RETURN CASE WHEN kind NOT IN ('commit', 'file', 'url')
                     AND key ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN key::uuid
                ELSE overlay(overlay(encode(substr(sha256(convert_to(kind || ' ' || key, 'UTF8')), 1, 16), 'hex')
                                     PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid END;

-- The rank of a node that has none written down. 80 of the bits of what is no UUIDv7 remain, below all others.
CREATE FUNCTION stele_graph_rank(id uuid) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN substr(id::text, 15, 1) = '7' THEN id
                ELSE ('00000000-0000' || substr(id::text, 14))::uuid END;

-- What has no row of its own anywhere else.
CREATE TABLE graph_nodes (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    id         uuid NOT NULL,  -- stele_graph_id(kind, key)
    kind       text NOT NULL,
    key        text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, id)
);

-- An edge is there because a row of a table says so (source, owner), because somebody linked it (linked_by), or
-- both. Types are compared byte by byte, so that a checksum is the same in every database.
CREATE TABLE graph_edges (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    src        uuid NOT NULL,
    type       text COLLATE "C" NOT NULL,
    dst        uuid NOT NULL,
    strict     boolean NOT NULL,
    src_kind   text NOT NULL,
    dst_kind   text NOT NULL,
    weight     real NOT NULL DEFAULT 1 CHECK (weight > 0 AND weight <= 1),
    evidence   jsonb CHECK (pg_column_size(evidence) <= 8192),
    source     text COLLATE "C",  -- the table of the row that says so
    owner      uuid,              -- that row
    linked_by  text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, src, type, dst),
    CHECK (src <> dst),
    CHECK (strict = stele_graph_strict(type)),
    CHECK ((source IS NULL) = (owner IS NULL) AND (source IS NOT NULL OR linked_by IS NOT NULL))
);
CREATE INDEX graph_edges_in ON graph_edges (org_id, project_id, dst, type, src);

-- Ranks that differ from the id's own.
CREATE TABLE graph_ranks (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    id         uuid NOT NULL,
    rank       uuid NOT NULL,
    PRIMARY KEY (org_id, project_id, id)
);

-- How far a rebuild of the edges has come, table by table.
CREATE TABLE graph_rebuild_state (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    table_name text NOT NULL,
    run_id     uuid NOT NULL,
    last_key   text NOT NULL DEFAULT '',
    row_count  bigint NOT NULL DEFAULT 0,
    added      bigint NOT NULL DEFAULT 0,
    removed    bigint NOT NULL DEFAULT 0,
    done       boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, table_name)
);

-- Says whether one of these edges goes against the order of ranks. Each rank is looked up by itself: a join would
-- be planned for the empty table that a new tenant has, and kept.
CREATE FUNCTION stele_graph_against_order(org uuid, project uuid, types text[], srcs uuid[], dsts uuid[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM unnest(types, srcs, dsts) e (type, src, dst)
        WHERE stele_graph_strict(e.type)
            AND coalesce((SELECT s.rank FROM graph_ranks s WHERE s.org_id = org AND s.project_id = project AND s.id = e.src),
                         stele_graph_rank(e.src))
                <= coalesce((SELECT d.rank FROM graph_ranks d WHERE d.org_id = org AND d.project_id = project AND d.id = e.dst),
                            stele_graph_rank(e.dst)));
END
$$;

-- What a strict edge's target leads to within the ranks of the edge, for an edge that goes against the order; when
-- the origin is there the edge would close a cycle, and the error tells its path. The plans of this function and the
-- next outlive the size of the tables they were made for, so the order asked for leaves only the index that is right.
CREATE FUNCTION stele_graph_below(org uuid, project uuid, origin uuid, target uuid, low uuid) RETURNS uuid[]
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    below uuid[];
    parents uuid[];
    place uuid := origin;
    path text := origin::text;
BEGIN
    WITH RECURSIVE reached (id, parent) AS (
        SELECT target, NULL::uuid
        UNION
        SELECT e.dst, e.src
        FROM reached f
            CROSS JOIN LATERAL (SELECT g.src, g.dst FROM graph_edges g
                                WHERE g.org_id = org AND g.project_id = project AND g.src >= f.id AND g.src <= f.id
                                    AND g.strict
                                ORDER BY g.src, g.type, g.dst OFFSET 0) e
        WHERE coalesce((SELECT r.rank FROM graph_ranks r WHERE r.org_id = org AND r.project_id = project AND r.id = e.dst),
                       stele_graph_rank(e.dst)) >= low
    )
    SELECT array_agg(id), array_agg(parent) INTO below, parents FROM reached;
    IF origin = ANY (below) THEN
        WHILE place IS DISTINCT FROM target AND octet_length(path) < 260 LOOP
            place := parents[array_position(below, place)];
            path := place || ' > ' || path;
        END LOOP;
        IF place IS DISTINCT FROM target THEN
            path := '... > ' || path;
        END IF;
        RAISE EXCEPTION 'would close a cycle: % > %', origin, path USING ERRCODE = 'ST001';
    END IF;
    RETURN below;
END
$$;

CREATE FUNCTION stele_graph_rank_of(org uuid, project uuid, node uuid) RETURNS uuid LANGUAGE plpgsql AS $$
BEGIN
    RETURN coalesce((SELECT r.rank FROM graph_ranks r WHERE r.org_id = org AND r.project_id = project AND r.id = node), stele_graph_rank(node));
END
$$;

-- Makes room for one strict edge that goes against the order (Pearce and Kelly): those that the target leads to
-- and those that lead to the origin, within the ranks of the two, share their ranks out anew. The caller holds the
-- tenant's lock alone.
CREATE FUNCTION stele_graph_reorder(org uuid, project uuid, origin uuid, target uuid) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    low uuid := stele_graph_rank_of(org, project, origin);
    high uuid := stele_graph_rank_of(org, project, target);
    below uuid[];
    above uuid[];
BEGIN
    IF origin <> target AND low > high THEN
        RETURN;
    END IF;
    below := stele_graph_below(org, project, origin, target, low);
    WITH RECURSIVE reached (id) AS (
        SELECT origin
        UNION
        SELECT e.src
        FROM reached f
            CROSS JOIN LATERAL (SELECT g.src FROM graph_edges g
                                WHERE g.org_id = org AND g.project_id = project AND g.dst >= f.id AND g.dst <= f.id
                                    AND g.strict
                                ORDER BY g.dst, g.type, g.src OFFSET 0) e
        WHERE coalesce((SELECT r.rank FROM graph_ranks r WHERE r.org_id = org AND r.project_id = project AND r.id = e.src),
                       stele_graph_rank(e.src)) <= high
    )
    SELECT array_agg(id) INTO above FROM reached;
    INSERT INTO graph_ranks (org_id, project_id, id, rank)
    WITH moved AS (
        SELECT m.id, m.side, stele_graph_rank_of(org, project, m.id) AS rank
        FROM (SELECT DISTINCT unnest(below) AS id, 0 AS side UNION ALL SELECT DISTINCT unnest(above), 1) m
    )
    SELECT org, project, n.id, p.rank
    FROM (SELECT id, row_number() OVER (ORDER BY side, rank) AS place FROM moved) n
        JOIN (SELECT rank, row_number() OVER (ORDER BY rank) AS place FROM moved) p USING (place)
    ON CONFLICT (org_id, project_id, id) DO UPDATE SET rank = excluded.rank;
END
$$;

-- Writes edges, and a node for each end that is known by a key alone; gives how many rows it wrote. One array a
-- column; an edge that is there is left as it is, but for what newly vouches for it.
--
-- It holds the tenant's lock until the transaction ends: shared when the strict edges follow the order of ranks,
-- which then cannot change under them; alone when the order must be made to fit. Who takes nameless nodes away
-- (knowledge/graph/sql/forget_orphans.sql) holds it alone too. Planning anew for each length of array would cost several
-- times what the statements cost: they are written so that one plan is right.
CREATE FUNCTION stele_graph_write(
    org uuid, project uuid, from_table text, by_whom text, owners uuid[], srcs uuid[], src_kinds text[],
    src_keys text[], types text[], dsts uuid[], dst_kinds text[], dst_keys text[], weights real[],
    evidences jsonb[]) RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    lock_key bigint := hashtextextended('stele graph ' || org || project, 0);
    reorder boolean;
    written bigint := 0;
    more bigint;
    i integer;
BEGIN
    IF srcs IS NULL THEN
        RETURN 0;
    END IF;
    reorder := stele_graph_against_order(org, project, types, srcs, dsts);
    IF reorder THEN
        PERFORM pg_advisory_xact_lock(lock_key);
    ELSE
        PERFORM pg_advisory_xact_lock_shared(lock_key);
        IF stele_graph_against_order(org, project, types, srcs, dsts) THEN
            -- Somebody made room meanwhile. What can never be is refused here; the rest runs again.
            PERFORM stele_graph_below(org, project, e.src, e.dst, stele_graph_rank_of(org, project, e.src))
            FROM unnest(types, srcs, dsts) e (type, src, dst)
            WHERE stele_graph_strict(e.type)
                AND stele_graph_rank_of(org, project, e.src) <= stele_graph_rank_of(org, project, e.dst);
            RAISE EXCEPTION 'the order of the graph changed' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;
    IF array_to_string(src_keys, '') <> '' OR array_to_string(dst_keys, '') <> '' THEN
        INSERT INTO graph_nodes (org_id, project_id, id, kind, key)
        SELECT DISTINCT ON (n.id) org, project, n.id, n.kind, n.key
        FROM (SELECT * FROM unnest(srcs, src_kinds, src_keys)
              UNION ALL SELECT * FROM unnest(dsts, dst_kinds, dst_keys)) AS n (id, kind, key)
        WHERE n.key IS NOT NULL
        ORDER BY n.id
        ON CONFLICT DO NOTHING;
    END IF;
    IF reorder THEN
        -- One at a time: the next must see what this one rests on.
        FOR i IN SELECT * FROM generate_subscripts(srcs, 1) LOOP
            IF stele_graph_strict(types[i]) THEN
                PERFORM stele_graph_reorder(org, project, srcs[i], dsts[i]);
                INSERT INTO graph_edges (org_id, project_id, src, type, dst, strict, src_kind, dst_kind, weight,
                                         evidence, source, owner, linked_by)
                VALUES (org, project, srcs[i], types[i], dsts[i], true, src_kinds[i], dst_kinds[i],
                        coalesce(weights[i], 1), evidences[i], from_table, owners[i], by_whom)
                ON CONFLICT DO NOTHING;
                GET DIAGNOSTICS more = ROW_COUNT;
                written := written + more;
            END IF;
        END LOOP;
    END IF;
    INSERT INTO graph_edges AS g (org_id, project_id, src, type, dst, strict, src_kind, dst_kind, weight, evidence,
                                  source, owner, linked_by)
    SELECT DISTINCT ON (e.src, e.type COLLATE "C", e.dst) org, project, e.src, e.type, e.dst,
           stele_graph_strict(e.type), e.src_kind, e.dst_kind, coalesce(e.weight, 1), e.evidence, from_table,
           e.owner, by_whom
    FROM unnest(owners, srcs, src_kinds, types, dsts, dst_kinds, weights, evidences)
         AS e (owner, src, src_kind, type, dst, dst_kind, weight, evidence)
    ORDER BY e.src, e.type COLLATE "C", e.dst, e.owner
    ON CONFLICT (org_id, project_id, src, type, dst) DO UPDATE
    SET source = coalesce(g.source, excluded.source),
        owner = CASE WHEN g.source IS NULL THEN excluded.owner ELSE g.owner END,
        linked_by = coalesce(g.linked_by, excluded.linked_by)
    WHERE g.source IS NULL AND excluded.source IS NOT NULL OR g.linked_by IS NULL AND excluded.linked_by IS NOT NULL;
    GET DIAGNOSTICS more = ROW_COUNT;
    RETURN written + more;
END
$$;

SELECT stele_protect('graph_nodes'), stele_protect('graph_edges'), stele_protect('graph_ranks'),
       stele_protect('graph_rebuild_state');
