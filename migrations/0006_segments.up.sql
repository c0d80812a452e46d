-- Lexical segments: what the words of a large tenant's items are searched by.
--
-- A segment holds the postings of some of a tenant's items of one kind, in buckets that are read by plain
-- equality, which row-level security lets an index answer. Segments are made from the rows (fold), made into
-- larger ones (merge) and can be made anew at any time; an item whose row is not `folded` is in none.
-- docs/adr/0010-segments.md.
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

-- Bucket 0 and up: postings of the terms that hash there. -1: the first id of each chunk. -2 and down: the
-- chunks, 64 ids each. Blocks of up to 4 KB stand in the row, uncompressed: most are read without a detour.
CREATE TABLE search_blocks (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    segment    uuid NOT NULL,
    bucket     integer NOT NULL,
    block      bytea NOT NULL,
    PRIMARY KEY (org_id, segment, bucket)
) WITH (toast_tuple_target = 4080);
ALTER TABLE search_blocks ALTER COLUMN block SET STORAGE EXTERNAL;

-- Which tenants may have items to fold. The worker (stele.worker = fold) sees every tenant's rows here,
-- which say no more than that.
CREATE TABLE search_folds (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    kind       text NOT NULL,
    queued_at  timestamptz NOT NULL DEFAULT now(),
    attempts   integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, kind)
);
CREATE INDEX search_folds_due ON search_folds (not_before);

ALTER TABLE memories ADD COLUMN folded boolean NOT NULL DEFAULT false;

DO $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['search_segments', 'search_blocks', 'search_folds'] LOOP
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
CREATE POLICY worker ON search_folds USING (current_setting('stele.worker', true) = 'fold');
