-- Takes a delegation that is due for a while: it comes back when the tracker dies before it is done. Of several trackers
-- one gets it. $1 org, $2 project, $3 id, $4 seconds until it comes back
UPDATE delegations d
SET next_poll_at = now() + make_interval(secs => $4)
WHERE d.org_id = $1 AND d.project_id = $2 AND d.id = $3 AND d.next_poll_at <= now()
RETURNING d.id
