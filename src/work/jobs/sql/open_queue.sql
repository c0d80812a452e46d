-- Holds a queue that has limits and is not paused, so that its leases come one after another, and fills its bucket of
-- tokens up to now. $1 org, $2 project, $3 queue
UPDATE job_queues s
SET tokens = CASE WHEN s.rate_limit IS NULL THEN 0
                  WHEN s.tokens_at IS NULL THEN s.rate_limit
                  ELSE least(s.rate_limit, s.tokens + greatest(extract(epoch FROM clock_timestamp() - s.tokens_at), 0)
                                                      * s.rate_limit / s.rate_seconds) END,
    tokens_at = clock_timestamp()
WHERE s.org_id = $1 AND s.project_id = $2 AND s.queue = $3 AND NOT s.paused
    AND (s.fair OR coalesce(s.max_running, s.max_running_per_group, s.rate_limit) IS NOT NULL)
RETURNING s.max_running, s.max_running_per_group, CASE WHEN s.rate_limit IS NOT NULL THEN floor(s.tokens)::int END,
    s.fair OR s.max_running_per_group IS NOT NULL, s.fair_after, s.lease_seconds
