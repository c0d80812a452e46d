-- Who is calling: tokens of the API, what browsers keep in their place, and what is no longer valid.
-- src/control/identity/README.md.
SET LOCAL lock_timeout = '5s';

-- A token's text is "stele_at_" or "stele_st_", its prefix, its secret and a checksum; the secret is not stored. Tokens
-- that may choose their tenant stand in the system tenant, 00000000-0000-4000-8000-000000000000.
CREATE TABLE api_tokens (
    org_id        uuid NOT NULL,
    project_id    uuid NOT NULL,
    id            uuid NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('admin', 'service')),
    name          text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 128),
    prefix        text NOT NULL CHECK (prefix ~ '^[0-9A-Za-z]{22}$'),
    secret_sha256 bytea NOT NULL CHECK (octet_length(secret_sha256) = 32),
    capability    text CHECK (capability IN ('read', 'write', 'approve', 'all')),  -- of an admin
    scopes        text[] NOT NULL DEFAULT '{}',                                    -- of a service
    private_data  boolean NOT NULL DEFAULT false,
    instance      text NOT NULL DEFAULT '',
    posse         text NOT NULL DEFAULT '',
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz,
    last_used_at  timestamptz,  -- a minute's grain
    revoked_at    timestamptz,
    PRIMARY KEY (org_id, project_id, id),
    CHECK ((kind = 'admin') = (capability IS NOT NULL)),
    CHECK (kind = 'admin' OR NOT private_data)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX api_tokens_name ON api_tokens (org_id, project_id, name) WHERE revoked_at IS NULL;
-- The tenant is what the look-up is to find.
CREATE INDEX api_tokens_prefix ON api_tokens (prefix);

-- What a browser keeps in place of a token: random, stored as its hash.
CREATE TABLE cookie_sessions (
    org_id        uuid NOT NULL,
    project_id    uuid NOT NULL,
    id            uuid NOT NULL,
    secret_sha256 bytea NOT NULL CHECK (octet_length(secret_sha256) = 32),
    token_id      uuid NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    PRIMARY KEY (org_id, project_id, id),
    FOREIGN KEY (org_id, project_id, token_id) REFERENCES api_tokens ON DELETE CASCADE
);
CREATE INDEX cookie_sessions_token ON cookie_sessions (org_id, project_id, token_id);
CREATE INDEX cookie_sessions_over ON cookie_sessions (org_id, project_id, expires_at);
CREATE INDEX cookie_sessions_secret ON cookie_sessions (secret_sha256);

-- The last id of a tenant's shard. Its row is held until the commit, so whoever has read up to an id has missed nothing
-- before it; eight shards, for all that a tenant revokes in one shard waits in one line.
CREATE TABLE revocation_heads (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    shard      integer NOT NULL CHECK (shard BETWEEN 0 AND 7),
    last_id    bigint NOT NULL,
    PRIMARY KEY (org_id, project_id, shard)
) WITH (fillfactor = 50);

-- What is no longer valid though it was issued. A row is needed for as long as somebody may hold what it revokes in
-- memory (until).
CREATE TABLE revocations (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    shard      integer NOT NULL CHECK (shard BETWEEN 0 AND 7),
    id         bigint NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('token', 'session', 'user', 'membership')),
    anchor     text NOT NULL CHECK (octet_length(anchor) BETWEEN 1 AND 255),
    state      text NOT NULL CHECK (state IN ('revoked', 'suspended', 'active')),
    cut_at     timestamptz NOT NULL,  -- what was issued later is valid
    until      timestamptz NOT NULL,
    reason     text,
    PRIMARY KEY (org_id, project_id, shard, id)
);

SELECT stele_protect('api_tokens'), stele_protect('cookie_sessions'), stele_protect('revocation_heads'),
       stele_protect('revocations');
CREATE POLICY over ON revocations AS RESTRICTIVE FOR DELETE USING (until < now());

-- The token of a prefix, before its tenant is known: what is needed to judge it, and nothing of one that is not valid.
-- The secret's hash is compared by the caller, in constant time. Likewise the token of a browser's session, which is over
-- when either is.
SELECT stele_make_lookup('stele_find_api_token', 'wanted text', columns, $$
    SELECT t.org_id, t.project_id, t.id, t.kind, t.prefix, t.secret_sha256, t.capability, t.scopes, t.private_data,
           t.instance, t.posse, t.expires_at
    FROM api_tokens t
    WHERE t.prefix = wanted AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
    LIMIT 1
$$), stele_make_lookup('stele_find_cookie_session', 'wanted bytea', columns, $$
    SELECT t.org_id, t.project_id, t.id, t.kind, t.prefix, s.secret_sha256, t.capability, t.scopes, t.private_data,
           t.instance, t.posse, least(t.expires_at, s.expires_at)
    FROM cookie_sessions s
        JOIN api_tokens t ON t.org_id = s.org_id AND t.project_id = s.project_id AND t.id = s.token_id
    WHERE s.secret_sha256 = wanted AND s.expires_at > now()
      AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
    LIMIT 1
$$)
FROM (VALUES ('org_id uuid, project_id uuid, id uuid, kind text, prefix text, secret_sha256 bytea, capability text, '
              'scopes text[], private_data boolean, instance text, posse text, expires_at timestamptz')) AS t (columns);

-- How far the revocations of these tenants go.
SELECT stele_make_lookup('stele_revocation_heads', 'orgs uuid[], projects uuid[]',
    'org_id uuid, project_id uuid, shard integer, last_id bigint', $$
    SELECT h.org_id, h.project_id, h.shard, h.last_id
    FROM unnest(orgs, projects) AS z (org, project)
        JOIN revocation_heads h ON h.org_id = z.org AND h.project_id = z.project
$$);
