-- plan: page
-- The same in all queues together, which are limited too. $1 org, $2 project, $3 as far as
SELECT count(*)::int
FROM (SELECT FROM job_queue q
      WHERE q.org_id = $1 AND q.project_id = $2 AND q.state = 'running' AND q.limited
      LIMIT $3) running
