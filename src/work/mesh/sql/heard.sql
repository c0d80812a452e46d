-- The target answered, and the job goes on. Gives the place of an event when it stands otherwise than before.
-- $1 org, $2 project, $3 delegation, $4 how it stands, $5 seconds until the next look
UPDATE delegations d
SET remote_status = $4, attempts = 0, event_seq = d.event_seq + o.changed::int,
    next_poll_at = now() + make_interval(secs => $5)
FROM (SELECT id, remote_status IS DISTINCT FROM $4 AS changed FROM delegations
      WHERE org_id = $1 AND project_id = $2 AND id = $3) o
WHERE d.org_id = $1 AND d.project_id = $2 AND d.id = o.id AND d.status = 'submitted'
RETURNING d.event_seq, o.changed
