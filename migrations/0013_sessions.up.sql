-- Conversations with agents, as a relay has them: a thread of messages and the jobs that answer them.
SET LOCAL lock_timeout = '5s';

CREATE TABLE sessions (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    id         text NOT NULL,  -- the thread's key
    title      text,
    channel    text NOT NULL,
    options    jsonb NOT NULL DEFAULT '{}',  -- what its jobs are submitted with: agent, model, workdir …
    jobs       uuid[] NOT NULL DEFAULT '{}', -- the last of them, the newest at the end
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, id)
);

DO $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
BEGIN
    ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
    ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON sessions USING (org_id = stele_org() AND project_id = stele_project());
    EXECUTE format('CREATE POLICY operator ON sessions FOR SELECT TO %I USING '
                   '(current_setting(''stele.operator'', true) = ''on'')', reader);
    EXECUTE format('GRANT SELECT ON sessions TO %I', reader);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO stele_runtime;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_readonly') THEN
        GRANT SELECT ON sessions TO stele_readonly;
    END IF;
END
$$;
