-- A delegation ends; no row when it had ended. $1 org, $2 project, $3 delegation, $4 status, $5 outcome or none,
-- $6 error, redacted, or none, $7 the job here that it fell back to, $8 what was sent, redacted
UPDATE delegations
SET status = $4, outcome = $5::text::jsonb, error = $6, local_job_id = $7, ended_at = now(), next_poll_at = NULL,
    payload_redacted = $8::text::jsonb, event_seq = event_seq + 1
WHERE org_id = $1 AND project_id = $2 AND id = $3 AND status IN ('submitting', 'submitted')
RETURNING event_seq
