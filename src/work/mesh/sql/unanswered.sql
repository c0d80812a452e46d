-- The target did not answer: it is asked again, after $4 seconds, doubled with each time up to $5. Gives how often in a
-- row that was, and the place of the event. $1 org, $2 project, $3 delegation
UPDATE delegations
SET attempts = attempts + 1, event_seq = event_seq + 1,
    next_poll_at = now() + make_interval(secs => least($4 * power(2, least(attempts + 1, 10)), $5))
WHERE org_id = $1 AND project_id = $2 AND id = $3 AND status IN ('submitting', 'submitted')
RETURNING attempts, event_seq
