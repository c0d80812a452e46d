-- A delegation begins, unless its key is taken: then no row comes back. $1 org, $2 project, $3 id, $4 key, $5 the job
-- here that asked, $6 target id, $7 its name, $8 endpoint, $9 depth, $10 path, $11 explanation, $12 score, $13 reason,
-- $14 falls back to here, $15 what is sent, as it is, $16 instance, $17 seconds until the tracker looks after it, $18 class,
-- $19 conversation, or empty
INSERT INTO delegations (org_id, project_id, id, idempotency_key, for_job_id, target_id, target, endpoint, depth, path,
                         routing_explanation_id, score, reason, fallback, payload_redacted, instance, next_poll_at,
                         retention, conversation)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::int, $10, $11, $12, $13, $14, $15::text::jsonb, $16,
        now() + make_interval(secs => $17), $18, nullif($19, ''))
ON CONFLICT (org_id, project_id, idempotency_key) DO NOTHING
RETURNING id
