-- What background tasks have given up. docs/adr/0023-background-tasks.md.
SET LOCAL lock_timeout = '5s';

-- Items that a task has given up, with the reason: a text that an endpoint refuses. Nothing tries them again until somebody
-- asks. Item: a memory, message, summary or thread; the project, where the task fails for the whole tenant.
CREATE TABLE dead_letters (
    org_id     uuid NOT NULL,
    project_id uuid NOT NULL,
    task       text NOT NULL,
    kind       text NOT NULL,
    item       uuid NOT NULL,
    model      smallint NOT NULL DEFAULT 0,  -- the embedding model; 0: none
    reason     text NOT NULL,
    attempts   integer NOT NULL,
    failed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, project_id, task, kind, item, model)
);
CREATE INDEX dead_letters_item ON dead_letters (org_id, project_id, item);
SELECT stele_protect('dead_letters');
