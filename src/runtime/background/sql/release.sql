-- What was taken is due again, and stands for the other rows of its tenant and task that are due: they go, but for those
-- that an open transaction counts on.
-- $1 id, $2 seconds until it is due, $3 attempts so far
WITH kept AS (
    UPDATE due_work SET due_at = now() + make_interval(secs => $2), attempts = $3
    WHERE id = $1
    RETURNING org_id, project_id, task
), others AS MATERIALIZED (
    SELECT w.id
    FROM kept k CROSS JOIN LATERAL (
        SELECT o.id FROM due_work o
        WHERE o.org_id = k.org_id AND o.project_id = k.project_id AND o.task = k.task AND o.due_at <= now() AND o.id <> $1
        FOR UPDATE SKIP LOCKED) w
)
DELETE FROM due_work d USING others o WHERE d.id = o.id
