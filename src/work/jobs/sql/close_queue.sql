-- After a lease from a queue with limits: the tokens are spent, the next look at its groups begins elsewhere.
-- $1 org, $2 project, $3 queue, $4 jobs leased, $5 the last group looked at
UPDATE job_queues s
SET tokens = s.tokens - CASE WHEN s.rate_limit IS NULL THEN 0 ELSE $4::int END, fair_after = $5
WHERE s.org_id = $1 AND s.project_id = $2 AND s.queue = $3
