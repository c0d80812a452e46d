-- The target has the job; no row when that was known. $1 org, $2 project, $3 delegation, $4 the job's id over there,
-- $5 how it stands, $6 seconds until the next look, $7 what was sent, redacted: it need not be sent again
UPDATE delegations
SET status = 'submitted', remote_job_id = $4, remote_status = $5, started_at = now(), attempts = 0,
    payload_redacted = $7::text::jsonb, event_seq = event_seq + 1, next_poll_at = now() + make_interval(secs => $6)
WHERE org_id = $1 AND project_id = $2 AND id = $3 AND status = 'submitting'
RETURNING event_seq
