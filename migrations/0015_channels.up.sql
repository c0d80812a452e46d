-- The ways to people. src/work/channels/README.md.
SET LOCAL lock_timeout = '5s';

-- A message on a channel is a job of the queue channel:<name>.
CREATE TABLE channels (
    org_id      uuid NOT NULL,
    project_id  uuid NOT NULL,
    name        text NOT NULL,
    description text,
    can_send    boolean NOT NULL DEFAULT true,
    instance    text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, name)
);

SELECT stele_protect('channels');
