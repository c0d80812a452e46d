-- Sets what was said about a queue and leaves the rest as it is; 0 takes a bound away. $1 org, $2 project, $3 queue,
-- $4 max running, $5 the same per group, $6 rate limit, $7 rate seconds, $8 lease seconds, $9 max attempts,
-- $10 backoff seconds, $11 backoff cap, $12 fair, $13 paused, $14 draining
INSERT INTO job_queues AS s (org_id, project_id, queue, max_running, max_running_per_group, rate_limit, rate_seconds,
                             lease_seconds, max_attempts, backoff_seconds, backoff_cap, fair, paused, draining)
VALUES ($1, $2, $3, nullif($4::int, 0), nullif($5::int, 0), nullif($6::int, 0),
        CASE WHEN $6::int > 0 THEN coalesce($7::int, 1) END, nullif($8::int, 0), nullif($9::int, 0),
        nullif($10::int, 0), nullif($11::int, 0), coalesce($12::bool, false), coalesce($13::bool, false),
        coalesce($14::bool, false))
ON CONFLICT (org_id, project_id, queue) DO UPDATE
SET max_running = CASE WHEN $4::int IS NULL THEN s.max_running ELSE excluded.max_running END,
    max_running_per_group = CASE WHEN $5::int IS NULL THEN s.max_running_per_group
                                 ELSE excluded.max_running_per_group END,
    rate_limit = CASE WHEN $6::int IS NULL THEN s.rate_limit ELSE excluded.rate_limit END,
    rate_seconds = CASE WHEN $6::int = 0 THEN NULL
                        WHEN $6::int IS NULL AND s.rate_limit IS NULL THEN NULL
                        ELSE coalesce($7::int, s.rate_seconds, 1) END,
    lease_seconds = CASE WHEN $8::int IS NULL THEN s.lease_seconds ELSE excluded.lease_seconds END,
    max_attempts = CASE WHEN $9::int IS NULL THEN s.max_attempts ELSE excluded.max_attempts END,
    backoff_seconds = CASE WHEN $10::int IS NULL THEN s.backoff_seconds ELSE excluded.backoff_seconds END,
    backoff_cap = CASE WHEN $11::int IS NULL THEN s.backoff_cap ELSE excluded.backoff_cap END,
    fair = coalesce($12::bool, s.fair), paused = coalesce($13::bool, s.paused),
    draining = coalesce($14::bool, s.draining), updated_at = now(),
    tokens_at = CASE WHEN $6::int IS NULL THEN s.tokens_at END
