-- Where a queue's jobs begin, read from its head. $1 org, $2 project, $3 queue → priority, since when it is ready, two
-- seconds ago at the latest
SELECT q.priority::int, least(q.ready_at, now() - interval '2 seconds')
FROM job_queue q
WHERE q.org_id = $1 AND q.project_id = $2 AND q.queue = $3 AND q.state = 'ready'
ORDER BY q.priority, q.ready_at, q.id
LIMIT 1
