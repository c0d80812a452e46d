-- How many jobs of a queue with limits are running, counted as far as $4. $1 org, $2 project, $3 queue
SELECT count(*)::int
FROM (SELECT FROM job_queue q
      WHERE q.org_id = $1 AND q.project_id = $2 AND q.queue = $3 AND q.state = 'running' AND q.limited
      LIMIT $4) running
