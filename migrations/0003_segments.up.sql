-- Lexical segments: what the words of a large tenant's items are searched by.
--
-- A segment holds the postings of some of a tenant's items of one kind, in buckets that are read by plain equality, which
-- row-level security lets an index answer. Segments are built from the rows, merged into larger ones, and can be made anew
-- at any time; an item whose row is not `indexed` is in none. docs/adr/0010-segments.md.
SET LOCAL lock_timeout = '5s';

CREATE TABLE search_segments (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    kind       text NOT NULL,              -- memory, message, summary
    segment    uuid NOT NULL,
    documents  integer NOT NULL CHECK (documents > 0),
    removed    integer NOT NULL DEFAULT 0, -- of those documents, purged since
    buckets    integer NOT NULL CHECK (buckets > 0),
    bytes      bigint NOT NULL,            -- of all its postings
    first_id   uuid NOT NULL,              -- documents stand in the order of their ids
    last_id    uuid NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, kind, segment)
);

-- Bucket 0 and up: postings of the terms that hash there. -1: the first id of each chunk. -2 and down: the chunks, 64 ids
-- each. Blocks of up to 4 KB stand in the row, uncompressed: most are read without a detour.
CREATE TABLE search_blocks (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    segment    uuid NOT NULL,
    bucket     integer NOT NULL,
    block      bytea NOT NULL,
    PRIMARY KEY (org_id, project_id, segment, bucket)
) WITH (toast_tuple_target = 4080);
ALTER TABLE search_blocks ALTER COLUMN block SET STORAGE EXTERNAL;

-- Which kinds of a tenant may have items to index. The tenants themselves stand in due_work.
CREATE TABLE segment_queue (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    kind       text NOT NULL,
    queued_at  timestamptz NOT NULL DEFAULT now(),
    attempts   integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, kind)
);

-- A tenant's long lists are announced where they are asked for.
CREATE FUNCTION stele_ask_segments(org uuid, project uuid, of_kind text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO segment_queue (org_id, project_id, kind) VALUES (org, project, of_kind) ON CONFLICT DO NOTHING;
    INSERT INTO due_work (org_id, project_id, task)
    SELECT org, project, 'segments' WHERE NOT stele_is_announced(org, project, 'segments');
$$;

SELECT stele_protect('search_segments'), stele_protect('search_blocks'), stele_protect('segment_queue');
