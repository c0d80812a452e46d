-- What agents know how to do. src/knowledge/skills/README.md.
SET LOCAL lock_timeout = '5s';

-- How something is done. A tenant has some hundreds of them: a search looks at all.
CREATE TABLE skills (
    org_id       uuid NOT NULL,
    project_id   uuid NOT NULL,
    id           uuid NOT NULL,
    name         text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]*$'),
    description  text NOT NULL,
    content      text NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 65536),
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    tags         text[] NOT NULL DEFAULT '{}',
    source       text NOT NULL,
    instance     text NOT NULL,
    version      integer NOT NULL DEFAULT 1,
    lexemes      sparsevec(1000000000) NOT NULL,
    embedding    halfvec,
    model        text,  -- the hash of the model that the vector comes from
    retention    text NOT NULL DEFAULT 'standard'
                 CHECK (retention IN ('ephemeral', 'standard', 'audit', 'legal-hold')),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, id),
    CHECK ((embedding IS NULL) = (model IS NULL))
);
CREATE UNIQUE INDEX skills_name ON skills (org_id, project_id, name);

SELECT stele_protect('skills', legal_hold => 'skill');
