-- How many jobs are running that this instance submitted, counted as far as a thousand, among ten thousand that run.
-- plan: tenant, because no index has a tenant's running jobs and what is live is short, as a rule
-- $1 org, $2 project, $3 instance
WITH running AS MATERIALIZED (
    SELECT q.org_id, q.project_id, q.id FROM job_queue q
    WHERE q.state = 'running' AND q.lease_until > '-infinity' AND q.org_id = $1 AND q.project_id = $2
    LIMIT 10000
)
SELECT count(*)::int
FROM (SELECT FROM running r
          JOIN jobs j ON j.org_id = r.org_id AND j.project_id = r.project_id AND j.id = r.id
      WHERE j.instance = $3
      LIMIT 1000) live
