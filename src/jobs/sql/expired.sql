-- Leases of any tenant that have run out; needs open_worker. $1 how many at most
SELECT q.org_id, q.project_id, q.id, q.generation
FROM job_queue q
WHERE q.state = 'running' AND q.lease_until < now()
ORDER BY q.lease_until
LIMIT $1
