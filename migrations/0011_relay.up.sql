-- Conversations with agents, as a relay has them: a thread of messages and the jobs that answer them.
SET LOCAL lock_timeout = '5s';

CREATE TABLE relay_sessions (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    id         text NOT NULL,  -- the thread's key
    title      text,
    channel    text NOT NULL,
    options    jsonb NOT NULL DEFAULT '{}',  -- what its jobs are submitted with: agent, model, workdir …
    jobs       uuid[] NOT NULL DEFAULT '{}', -- the last of them, the newest at the end
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    owner_user_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    audience   uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    PRIMARY KEY (org_id, project_id, id)
);

SELECT stele_protect('relay_sessions');
