-- Takes a bunch of delegations of any tenant that are due for a while: they come back when the tracker dies before it
-- is done. Several trackers do not take the same. Needs open_tracker. $1 limit, $2 seconds until they come back
WITH due AS MATERIALIZED (
    SELECT org_id, project_id, id FROM delegations
    WHERE next_poll_at <= now() AND next_poll_at IS NOT NULL
    ORDER BY next_poll_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
)
UPDATE delegations d
SET next_poll_at = now() + make_interval(secs => $2)
FROM due
WHERE d.org_id = due.org_id AND d.project_id = due.project_id AND d.id = due.id
RETURNING d.org_id, d.project_id, d.id
